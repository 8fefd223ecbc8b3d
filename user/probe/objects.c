// SPDX-License-Identifier: GPL-2.0
#include "probe/objects.h"

/* The skeletons check that both sides agree on these. */
#include "shared/config.h"
#include "shared/state.h"

#include "trace_fentry.skel.h"
#include "trace_fentry_atomics.skel.h"
#include "trace_kprobe.skel.h"
#include "trace_kprobe_atomics.skel.h"
#include "trace_kprobe_session.skel.h"

bool objects__is_paired(enum object_kind kind)
{
	return kind == OBJECT_KPROBE_SESSION;
}

struct bpf_object *objects__open(enum object_kind kind, bool atomics, const char *btf)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "sockcreate",
		    .btf_custom_path = btf);
	const void *elf;
	size_t size;

	if (kind == OBJECT_FENTRY && atomics)
		elf = trace_fentry_atomics__elf_bytes(&size);
	else if (kind == OBJECT_FENTRY)
		elf = trace_fentry__elf_bytes(&size);
	else if (kind == OBJECT_KPROBE_SESSION)
		elf = trace_kprobe_session__elf_bytes(&size);
	else if (atomics)
		elf = trace_kprobe_atomics__elf_bytes(&size);
	else
		elf = trace_kprobe__elf_bytes(&size);
	return bpf_object__open_mem(elf, size, &options);
}
