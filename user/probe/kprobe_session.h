/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The programs that observe several stages each, at entry and return, by kprobe.session: see
 * bpf/kprobe_session.bpf.h.
 */
#ifndef PROBE_KPROBE_SESSION_H
#define PROBE_KPROBE_SESSION_H

#include "names/stage.h"

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

/* Tell libbpf what a program of the object is. Older ones do not know the section. */
void kprobe_session__set_type(struct bpf_program *program);

#endif /* PROBE_KPROBE_SESSION_H */
