/* SPDX-License-Identifier: GPL-2.0 */
/* Loading the BPF objects with those programs that the plan wants and the kernel takes. */
#ifndef PROBE_LOAD_H
#define PROBE_LOAD_H

#include "kernel/kernel_btf.h"
#include "plan/plan.h"
#include "probe/objects.h"
#include "probe/targets.h"
#include "shared/config.h"

/* The programs that follow a COMMAND's processes: see command.bpf.h. */
enum command_program {
	COMMAND_EXIT,
	COMMAND_FORK,
	COMMAND_EXIT_KPROBE,
	COMMAND_FORK_KPROBE,
	NR_COMMAND_PROGRAMS,
};

/* The programs that accept() needs besides those of its stages: see accept.bpf.h. */
enum accept_program {
	ACCEPT_EXIT,
	ACCEPT_EXIT_KPROBE,
	ACCEPT_SWITCH,
	NR_ACCEPT_PROGRAMS,
};

struct load_options {
	const char *btf;	   /* a BTF file in place of the kernel's own, or NULL */
	struct kernel_btf_ids ids; /* in the kernel's own; anything where btf is given */
	unsigned int buffer_bytes; /* of the ring buffer: a power of two, at least a page */
	bool command;		   /* a COMMAND will be run: mark its processes */
	bool atomics;		   /* the kernel has FEATURE_ATOMICS */
	bool calibrate;		   /* load what finds out what the probes cost */
};

/* The way of attaching that an object's programs are for. */
enum attach_way load__way(enum object_kind kind);

/* Whether the plan wants any program of an object. */
bool load__is_wanted(enum object_kind kind, const struct plan *plan);

/*
 * Loads an object with the programs that the plan wants of it. What the kernel refuses is taken out
 * (plan__refused()), so that an object without programs may result. maps is the object whose maps
 * it works on, or NULL if it has its own. targets is where it is said what fentry programs are for,
 * or NULL: then libbpf looks for names. 0 and *object, or a positive errno and NULL.
 */
int load__object(enum object_kind kind, struct bpf_object *maps, struct plan *plan,
		 const struct config *config, const struct load_options *options,
		 struct attach_targets *targets, struct bpf_object **object);

/*
 * A stage's program in an object; state says whether it is to take snapshots (config.state). That
 * of STAGE_FAMILY_CREATE, where it is loaded, is for fentry built into one of the families'
 * functions only: load__clone() makes it for another.
 */
struct bpf_program *load__program(struct bpf_object *object, enum stage stage, enum half half,
				  bool state);

/* The same for what calibrate.h is about: 0 .. NR_CALIBRATION_FUNCTIONS - 1. */
struct bpf_program *load__calibration_program(struct bpf_object *object, int number,
					      enum half half);

/*
 * Loads a program of the fentry object once more, for another function: btf_id is its number in the
 * kernel's BTF. Its descriptor, or -1 and errno.
 */
int load__clone(const struct bpf_program *program, __u32 btf_id);

/* One of the programs that follow a COMMAND's processes, in the object that has them. */
struct bpf_program *load__command_program(struct bpf_object *object, enum command_program number);

/* One of the programs that accept() needs, in the object that has them. */
struct bpf_program *load__accept_program(struct bpf_object *object, enum accept_program number);

struct bpf_link;

/*
 * Attaches one half of what observes a function: a loaded program of an object of that kind. The
 * link, or NULL and errno.
 */
struct bpf_link *load__attach(const struct bpf_program *program, enum object_kind kind,
			      enum half half, const char *function);

/* Whether an errno tells of a want of descriptors or memory, which no program is to blame for. */
bool load__is_shortage(int error);

/* Has libbpf's own messages printed from the second -v on, and otherwise not at all. */
void load__set_libbpf_log(int verbose);

#endif /* PROBE_LOAD_H */
