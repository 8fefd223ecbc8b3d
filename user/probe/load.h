/* SPDX-License-Identifier: GPL-2.0 */
/* Loading the BPF objects with those programs that the plan wants and the kernel takes. */
#ifndef PROBE_LOAD_H
#define PROBE_LOAD_H

#include "kernel/kernel_btf.h"
#include "plan/plan.h"
#include "probe/objects.h"
#include "probe/seccomp_load.h"
#include "probe/targets.h"
#include "shared/config.h"

struct load_options {
	const char *btf;	   /* a BTF file in place of the kernel's own, or NULL */
	int core_btf;		   /* a file with the types that relocation takes */
	struct kernel_btf_ids ids; /* in the kernel's own BTF; they mean nothing if btf is given */
	unsigned int buffer_bytes; /* of the ring buffer: a power of two, at least a page */
	bool command;		   /* a COMMAND will be run: mark its processes */
	bool atomics;		   /* the kernel has FEATURE_ATOMICS */
	bool seccomp;		   /* load the programs that watch seccomp, as far as possible */
	bool calibrate;		   /* load the programs that measure what the probes cost */
};

/* The way of attaching that an object's programs are for. */
enum attach_way load__way(enum object_kind kind);

/*
 * Whether an object has the programs by which the plan observes a probe. The kprobes of variadic
 * functions are in the fentry object where nearly all else is observed by fentry, so that another
 * object need not be loaded.
 */
bool load__is_in(enum object_kind kind, const struct plan *plan, int probe);

/* Whether the plan wants any program of an object. */
bool load__is_wanted(enum object_kind kind, const struct plan *plan);

/*
 * Load an object with the programs that the plan wants of it. What the kernel refuses is taken out
 * (plan__refused()), so the object may end up without programs. maps is the object whose maps it
 * uses, or NULL if it has its own. targets takes the functions of the fentry programs; if it is
 * NULL, libbpf finds them by name. Return 0 and set *object, or return a positive errno and set
 * it to NULL.
 */
int load__object(enum object_kind kind, struct bpf_object *maps, struct plan *plan,
		 const struct config *config, const struct load_options *options,
		 struct attach_targets *targets, struct bpf_object **object);

/*
 * A stage's program in an object of a kind. state says whether it is to take snapshots
 * (config.state). The fentry program of STAGE_FAMILY_CREATE is loaded for the function of one
 * family only (load__family_target()); attach_targets__clone() loads it for another one.
 */
struct bpf_program *load__program(struct bpf_object *object, enum object_kind kind,
				  enum stage stage, enum half half, bool state);

/* The same for the programs of calibrate.h; number is 0 .. NR_CALIBRATION_FUNCTIONS - 1. */
struct bpf_program *load__calibration_program(struct bpf_object *object, enum object_kind kind,
					      int number, enum half half);

/*
 * The number in the kernel's BTF of the function for which the fentry object's programs of
 * STAGE_FAMILY_CREATE are loaded, by the plan with which it has been loaded; 0 if they are not.
 */
__u32 load__family_target(const struct plan *plan);

/* Whether an errno means a shortage of descriptors or memory, which is no program's fault. */
bool load__is_shortage(int error);

/* Has libbpf's own messages printed if verbose is 2 or more, and suppressed otherwise. */
void load__set_libbpf_log(int verbose);

#endif /* PROBE_LOAD_H */
