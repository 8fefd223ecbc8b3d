/* SPDX-License-Identifier: GPL-2.0 */
/* The links by which programs are attached to functions. Not all of them are known to libbpf. */
#ifndef PROBE_PROBE_LINK_H
#define PROBE_PROBE_LINK_H

#include <linux/types.h>

#include "probe/objects.h"

struct bpf_program;

/* The attachment of a program to one function or to several. It lasts until it is destroyed. */
struct probe_link;

/*
 * Attach one half of a probe to a function, or both where the object's programs observe both
 * (objects__is_paired()). program is a loaded program of an object of that kind; cookie is the
 * stage that a paired program takes the function for. Return the link, which the caller destroys,
 * or NULL and errno.
 */
struct probe_link *probe_link__attach(const struct bpf_program *program, enum object_kind kind,
				      enum half half, const char *function, __u64 cookie);

/*
 * Attach a paired program to nr functions at once, 1 .. NR_PROBES, with a cookie for each. If that
 * fails for one of them, no function is attached.
 */
struct probe_link *probe_link__attach_all(const struct bpf_program *program,
					  const char *const *functions, const __u64 *cookies,
					  __u32 nr);

/* Detach and free. link may be NULL. */
void probe_link__destroy(struct probe_link *link);

#endif /* PROBE_PROBE_LINK_H */
