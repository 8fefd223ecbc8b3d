// SPDX-License-Identifier: GPL-2.0
#include "live.h"

#include <stdlib.h>

#include <bpf/libbpf.h>

#include "program_runs.h"
#include "sessions.h"

struct live {
	struct ring_buffer *ring;
};

struct live *live__open(struct tracer *tracer, record_handler handler, void *context)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return NULL;
	live->ring = ring_buffer__new(tracer__records_fd(tracer), handler, context, NULL);
	if (!live->ring) {
		free(live);
		return NULL;
	}
	return live;
}

int live__fd(const struct live *live)
{
	return ring_buffer__epoll_fd(live->ring);
}

void live__drain(struct live *live)
{
	ring_buffer__consume(live->ring);
}

void live__close(struct live *live)
{
	if (!live)
		return;
	ring_buffer__free(live->ring);
	free(live);
}

void live__account(const struct tracer *tracer, struct trace_account *account)
{
	const struct state *state = tracer__state(tracer);
	__u64 *missed;
	int i, reason;

	for (i = 0; i < NR_ACCOUNTS; i++) {
		const struct account *of_cpu = &state->accounts[i];

		account->filtered += of_cpu->filtered;
		account->foreign += of_cpu->foreign;
		for (reason = 0; reason < NR_LOST_REASONS; reason++)
			account->lost[reason] += of_cpu->lost[reason];
	}
	/* A creation that found the table full returned without a session, too. */
	missed = &account->lost[LOST_OUTERMOST_ENTRY_MISSED];
	*missed -= *missed < account->lost[LOST_SESSION_TABLE_FULL]
			   ? *missed
			   : account->lost[LOST_SESSION_TABLE_FULL];
	account->unfollowed = state->command_tasks_lost;
	account->in_flight = sessions__count_open(state);
	account->probe_missed = program_runs__count_skipped(tracer);
}
