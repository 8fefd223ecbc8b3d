/* SPDX-License-Identifier: GPL-2.0 */
/* The BPF objects that are built into the tool. They have one source, built in several ways. */
#ifndef PROBE_OBJECTS_H
#define PROBE_OBJECTS_H

#include <stdbool.h>
#include <bpf/libbpf.h>

enum object_kind {
	OBJECT_FENTRY,	       /* also has the programs that follow a COMMAND's processes */
	OBJECT_KPROBE_SESSION, /* its programs observe entry and return, of several functions */
	OBJECT_KPROBE_MULTI,
	OBJECT_KPROBE,
	NR_OBJECTS,
};

/* BPF_TRACE_KPROBE_SESSION in include/uapi/linux/bpf.h, which older headers do not have. */
#define OBJECTS_KPROBE_SESSION_TYPE 56

/* The two programs of a probe, in the order in which they are attached. */
enum half { EXIT_HALF, ENTRY_HALF, NR_HALVES };

/* Whether one program of an object of this kind observes both entry and return. */
bool objects__is_paired(enum object_kind kind);

struct config;
struct kernel_btf_ids;

/*
 * Open the object that this kernel can run and that has what config asks for: atomics says whether
 * it has FEATURE_ATOMICS. ids has the numbers of the kernel's functions that programs call, or is
 * NULL where they are not known. core_btf is the descriptor of a file with the types that
 * relocation takes: without it libbpf would look for a type that this kernel does not have in the
 * BTF of every module, which needs CAP_SYS_ADMIN. NULL and errno on failure.
 */
struct bpf_object *objects__open(enum object_kind kind, const struct config *config, bool atomics,
				 const struct kernel_btf_ids *ids, int core_btf);

#endif /* PROBE_OBJECTS_H */
