// SPDX-License-Identifier: GPL-2.0
#include "probe/own_sockets.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "probe/tracer.h"

static void set_gate(struct state *state, enum gate gate)
{
	__atomic_store_n(&state->gate, gate, __ATOMIC_RELEASE);
}

/* Have this thread's creations recorded while it makes a socket: by accept(), or a new one. */
static bool create(struct state *state, int family, int listener)
{
	int fd;

	set_gate(state, GATE_CALIBRATION);
	fd = listener < 0 ? socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)
			  : accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	set_gate(state, GATE_CLOSED);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool own_sockets__create(struct state *state, int family)
{
	return create(state, family, -1);
}

/* Make a listening socket that has a connection from client. Return -1 on failure. */
static int listen_to(int client)
{
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t size = sizeof(address.sun_family); /* unix(7): the kernel chooses the address */

	if (listener < 0)
		return -1;
	if (!bind(listener, (struct sockaddr *)&address, size) && !listen(listener, 1)) {
		size = sizeof(address);
		if (!getsockname(listener, (struct sockaddr *)&address, &size) &&
		    !connect(client, (struct sockaddr *)&address, size))
			return listener;
	}
	close(listener);
	return -1;
}

void own_sockets__accept(struct state *state)
{
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int listener = client < 0 ? -1 : listen_to(client);

	if (listener >= 0) {
		create(state, AF_UNIX, listener);
		close(listener);
	}
	if (client >= 0)
		close(client);
}

void own_sockets__forget(struct state *state)
{
	memset(state->accounts, 0, sizeof(state->accounts));
}

/*
 * The number of creations that were seen since own_sockets__forget(). One that a filter rejects, as
 * -x does, or that finds no room, was seen as well.
 */
static __u64 count_seen(const struct state *state)
{
	__u64 seen = 0;
	int i, reason;

	for (i = 0; i < NR_ACCOUNTS; i++) {
		seen += state->accounts[i].sequence + state->accounts[i].filtered;
		for (reason = 0; reason < NR_LOST_CREATION_REASONS; reason++)
			seen += state->accounts[i].lost[reason];
	}
	return seen;
}

static bool run(const struct tracer *tracer, const char *name)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	const struct bpf_program *program =
		bpf_object__find_program_by_name(tracer->objects[OBJECT_FENTRY], name);

	return !bpf_prog_test_run_opts(bpf_program__fd(program), &options);
}

/* Some runs of a program may be skipped, so one socket does not tell. */
#define MAX_TRIED 5

bool own_sockets__are_missed(const struct tracer *tracer)
{
	struct state *state = tracer->state;
	bool created, seen;
	int tried = 0;

	/* The session that these open and close tells the programs the stack of this thread. */
	if (!run(tracer, "begin_calibration") || !run(tracer, "end_calibration"))
		return false;
	own_sockets__forget(state);
	do {
		created = own_sockets__create(state, AF_UNIX);
		seen = count_seen(state);
	} while (created && !seen && ++tried < MAX_TRIED);
	own_sockets__forget(state);
	return created && !seen;
}
