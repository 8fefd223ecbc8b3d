/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The programs that watch seccomp (bpf/seccomp.bpf.h), which are attached and detached while a
 * trace runs. They have been loaded if load_options.seccomp says so, as far as the kernel takes
 * them.
 */
#ifndef PROBE_SECCOMP_PROGRAMS_H
#define PROBE_SECCOMP_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "probe/tracer.h"

/*
 * Watch refusals from now on, or not any more. Attaching can fail: return 0, or a negative errno.
 * Watching what is watched already is no failure.
 */
int seccomp_programs__attach(struct tracer *tracer);
void seccomp_programs__detach(struct tracer *tracer);

/* Whether tasks that are killed without a return of the filter's function are seen as well. */
bool seccomp_programs__see_kills(const struct tracer *tracer);

/*
 * Have state.seccomp_installed_ns set when a task of the trace gets a filter. Return 0, or a
 * negative errno.
 */
int seccomp_programs__attach_install(struct tracer *tracer);

#endif /* PROBE_SECCOMP_PROGRAMS_H */
