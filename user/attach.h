/* SPDX-License-Identifier: GPL-2.0 */
/* Loading the BPF programs and attaching them as planned. */
#ifndef ATTACH_H
#define ATTACH_H

#include "../bpf/config.h"
#include "../bpf/state.h"
#include "kernel_btf.h"
#include "plan.h"
#include "startup.h"

struct tracer; /* what is loaded and attached */

/* The two programs of a probe, in the order in which they are attached. */
enum half { EXIT_HALF, ENTRY_HALF, NR_HALVES };

struct attach_options {
	const char *btf;	   /* a BTF file in place of the kernel's own, or NULL */
	struct kernel_btf_ids ids; /* in the kernel's own; anything where btf is given */
	unsigned int buffer_bytes; /* of the ring buffer: a power of two, at least a page */
	bool command;		   /* a COMMAND will be run: mark its processes */
	bool calibrate;		   /* find out what the probes cost */
	const int *cgroup_fds;	   /* config.filter.nr_cgroups of them */
	struct startup *startup;   /* where it is added what the phases take */
};

/*
 * Loads and attaches what the plan says, and corrects the plan where the kernel refuses. config is
 * taken as given. The gate is closed: nothing is recorded before tracer__set_gate(). NULL on
 * failure, which has been explained on standard error.
 */
struct tracer *tracer__attach(struct plan *plan, const struct config *config,
			      const struct attach_options *options);

/*
 * Attaches one more probe while the trace runs: its function has come, or been replaced, with a
 * module. The plan says afterwards whether it could be.
 */
void tracer__attach_more(struct tracer *tracer, struct plan *plan, int probe);

/* Opens or closes the gate through which creations are recorded. */
void tracer__set_gate(struct tracer *tracer, enum gate gate);

/* File descriptor of the ring buffer map. */
int tracer__records_fd(const struct tracer *tracer);

/* File descriptor of the map in which slots of sessions are claimed, or -1 if none is used. */
int tracer__claims_fd(const struct tracer *tracer);

/* What the BPF side shares: valid until tracer__detach(). */
struct state *tracer__state(const struct tracer *tracer);

/* Detaches and unloads everything. tracer may be NULL. */
void tracer__detach(struct tracer *tracer);

#endif /* ATTACH_H */
