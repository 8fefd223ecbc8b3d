// SPDX-License-Identifier: GPL-2.0
#include "probe/seccomp_programs.h"

#include <errno.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "text/log.h"

static struct bpf_program *program_of(const struct tracer *tracer, enum seccomp_program number)
{
	return seccomp_load__program(tracer->objects[OBJECT_FENTRY], number);
}

/* Return 0, or a negative errno: ENOENT for a program that was not loaded. */
static int attach(struct tracer *tracer, enum seccomp_program number)
{
	struct bpf_program *program = program_of(tracer, number);
	struct bpf_link **link = &tracer->events.seccomp[number];

	if (*link)
		return 0;
	if (bpf_program__fd(program) < 0)
		return -ENOENT;
	/* attach_targets__new() has taken over the sections of fentry programs. */
	*link = number == SECCOMP_INSTALL ? bpf_program__attach(program)
					  : bpf_program__attach_trace(program);
	return *link ? 0 : -errno;
}

static void detach(struct tracer *tracer, enum seccomp_program number)
{
	bpf_link__destroy(tracer->events.seccomp[number]);
	tracer->events.seccomp[number] = NULL;
}

int seccomp_programs__attach(struct tracer *tracer)
{
	int error = attach(tracer, SECCOMP_EXIT), no_kills;

	if (error)
		return error;
	no_kills = attach(tracer, SECCOMP_KILL);
	if (no_kills)
		log_verbose("audit_seccomp cannot be observed: %s", strerror(-no_kills));
	return 0;
}

void seccomp_programs__detach(struct tracer *tracer)
{
	detach(tracer, SECCOMP_EXIT);
	detach(tracer, SECCOMP_KILL);
}

bool seccomp_programs__see_kills(const struct tracer *tracer)
{
	return tracer->events.seccomp[SECCOMP_KILL];
}

int seccomp_programs__attach_install(struct tracer *tracer)
{
	return attach(tracer, SECCOMP_INSTALL);
}
