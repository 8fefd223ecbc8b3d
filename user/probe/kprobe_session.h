/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The programs that observe several stages each, at entry and return, by kprobe.session: see
 * bpf/kprobe_session.bpf.h.
 */
#ifndef PROBE_KPROBE_SESSION_H
#define PROBE_KPROBE_SESSION_H

#include "names/stage.h"
#include "probe/kfuncs.h"

struct bpf_object;
struct bpf_program;

enum session_program {
	SESSION_WAYS_IN,
	SESSION_CREATION,
	SESSION_ACCEPT,
	SESSION_INNER,
	NR_SESSION_PROGRAMS,
};

/* The program that observes a stage. */
enum session_program kprobe_session__of_stage(enum stage stage);

struct bpf_program *kprobe_session__find(const struct bpf_object *object,
					 enum session_program program);

/*
 * Tell libbpf what these programs are, until the returned handler is unregistered by
 * libbpf_unregister_prog_handler(). ids must live as long. Return a negative errno on failure.
 */
int kprobe_session__register(const struct kernel_btf_ids *ids);

#endif /* PROBE_KPROBE_SESSION_H */
