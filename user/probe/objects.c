// SPDX-License-Identifier: GPL-2.0
#include "probe/objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/kfuncs.h"

/* The skeletons check that both sides agree on these. */
#include "shared/config.h"
#include "shared/state.h"

#include "trace_fentry.skel.h"
#include "trace_fentry_atomics.skel.h"
#include "trace_fentry_atomics_lean.skel.h"
#include "trace_fentry_lean.skel.h"
#include "trace_kprobe.skel.h"
#include "trace_kprobe_atomics.skel.h"
#include "trace_kprobe_atomics_lean.skel.h"
#include "trace_kprobe_lean.skel.h"
#include "trace_kprobe_session.skel.h"
#include "trace_kprobe_session_lean.skel.h"

bool objects__is_paired(enum object_kind kind)
{
	return kind == OBJECT_KPROBE_SESSION;
}

typedef const void *(*elf_bytes)(size_t *size);

/* An object without and with FEATURE_ATOMICS, each with everything and lean. */
#define BUILDS(variant)                                                              \
	{                                                                            \
		{ trace_##variant##__elf_bytes, trace_##variant##_lean__elf_bytes }, \
			{ trace_##variant##_atomics__elf_bytes,                      \
			  trace_##variant##_atomics_lean__elf_bytes },               \
	}
/* All kernels that have it have FEATURE_ATOMICS. */
#define SESSION                                                                       \
	{                                                                             \
		trace_kprobe_session__elf_bytes, trace_kprobe_session_lean__elf_bytes \
	}

static const elf_bytes builds[NR_OBJECTS][2][2] = {
	[OBJECT_FENTRY] = BUILDS(fentry),
	[OBJECT_KPROBE_SESSION] = { SESSION, SESSION },
	[OBJECT_KPROBE_MULTI] = BUILDS(kprobe),
	[OBJECT_KPROBE] = BUILDS(kprobe),
};

/* Whether the programs need not have what the lean ones lack: see bpf/maps.bpf.h. */
static bool is_lean(const struct config *config)
{
	return !config->state && !config->stacks && !config->accept;
}

struct bpf_object *objects__open(enum object_kind kind, const struct config *config, bool atomics,
				 const struct kernel_btf_ids *ids, int core_btf)
{
	char path[sizeof("/proc/self/fd/") + 10];
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "sockcreate",
		    .btf_custom_path = path);
	struct bpf_object *object;
	size_t size;
	const void *built = builds[kind][atomics][is_lean(config)](&size);
	void *elf = malloc(size);

	if (!elf)
		return NULL;
	memcpy(elf, built, size);
	if (ids)
		kfuncs__resolve(elf, size, ids);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", core_btf);
	object = bpf_object__open_mem(elf, size, &options);
	free(elf);
	return object;
}
