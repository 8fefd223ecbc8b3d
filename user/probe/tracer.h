/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has been loaded and attached. attach.c makes it; the functions here serve those who observe.
 */
#ifndef PROBE_TRACER_H
#define PROBE_TRACER_H

#include <stdbool.h>

#include "kernel/boot_clock.h"
#include "plan/plan.h"
#include "probe/event_programs.h"
#include "probe/kprobe_session.h"
#include "probe/load.h"
#include "probe/objects.h"
#include "probe/probe_link.h"
#include "probe/targets.h"
#include "shared/config.h"
#include "shared/exec.h"
#include "shared/state.h"

/* A program that is loaded for one more function, and its link; -1 where there is none. */
struct clone {
	int program_fd;
	int link_fd;
};

struct tracer {
	struct config config;
	struct load_options options;
	struct attach_targets *targets; /* NULL if libbpf has to find the functions */
	struct bpf_object *objects[NR_OBJECTS];
	/* Of a probe whose program observes both halves, only EXIT_HALF is used. */
	struct probe_link *links[NR_PROBES][NR_HALVES];
	/* The links of programs that were attached to several functions at once, and which these
	 * are. */
	struct probe_link *shared_links[NR_SESSION_PROGRAMS];
	bool is_shared[NR_PROBES];
	/* The families' programs, by fentry, except for the family with this function's number. */
	struct clone clones[NR_FAMILIES][NR_HALVES];
	__u32 family_target;
	struct event_links events;
	struct state *state;
	struct boot_clock clock;	/* as the programs read it */
	const struct exec_entry *execs; /* NR_EXECS of them, or NULL if they are not wanted */
};

/* Open or close the gate through which creations are recorded. */
void tracer__set_gate(struct tracer *tracer, enum gate gate);

/* The descriptor of the ring buffer map. */
int tracer__records_fd(const struct tracer *tracer);

/*
 * Give up the claim to a slot of the table of sessions on kernels where slots are claimed in a map
 * (without FEATURE_ATOMICS), and does nothing on others. context is the tracer: see
 * sessions__reclaim().
 */
void tracer__release_claim(void *context, __u32 slot);

/*
 * Look up what a process executes, as the kernel saw it. Return false if it is not known. context
 * is the tracer.
 */
bool tracer__find_exec(void *context, const struct exec_key *key, struct exec *exec);

/*
 * Have the programs filter by these files, besides those of filter.exes that are given by name: nr
 * descriptors, 0 .. MAX_EXE_FILES, which must stay open. Return -1 and set errno on failure.
 */
int tracer__set_exe_files(const struct tracer *tracer, const int *fds, unsigned int nr);

/*
 * Call visit for each process that is known to have lost creations. Without the right to read maps
 * there is none.
 */
void tracer__visit_lost_processes(const struct tracer *tracer,
				  void (*visit)(void *context, const struct lost_process *process),
				  void *context);

/*
 * List the processes of the COMMAND, by their numbers in the initial PID namespace. Return how many
 * there are, or -1 if there are more than max, or if they can't be read.
 */
int tracer__list_command(const struct tracer *tracer, __u32 *pids, int max);

/* The memory that the BPF side shares, which is valid until tracer__detach(). */
struct state *tracer__state(const struct tracer *tracer);

/*
 * The descriptor of the loaded program for one half of a probe, or -1 if the probe is not observed.
 */
int tracer__program(const struct tracer *tracer, const struct plan *plan, int probe,
		    enum half half);

/*
 * Find the kind of object whose way of attaching is that of a probe. Return false if the probe is
 * not observed.
 */
bool tracer__find_kind(const struct plan *plan, int probe, enum object_kind *kind);

#endif /* PROBE_TRACER_H */
