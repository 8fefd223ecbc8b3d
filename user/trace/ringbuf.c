// SPDX-License-Identifier: GPL-2.0
#include "trace/ringbuf.h"

#include <stdlib.h>

#include <bpf/libbpf.h>

#include "cost/program_runs.h"
#include "trace/sessions.h"

struct ringbuf {
	struct ring_buffer *ring;
};

struct ringbuf *ringbuf__open(struct tracer *tracer, record_handler handler, void *context)
{
	struct ringbuf *ringbuf = calloc(1, sizeof(*ringbuf));

	if (!ringbuf)
		return NULL;
	ringbuf->ring = ring_buffer__new(tracer__records_fd(tracer), handler, context, NULL);
	if (!ringbuf->ring) {
		free(ringbuf);
		return NULL;
	}
	return ringbuf;
}

int ringbuf__fd(const struct ringbuf *ringbuf)
{
	return ring_buffer__epoll_fd(ringbuf->ring);
}

void ringbuf__drain(struct ringbuf *ringbuf)
{
	ring_buffer__consume(ringbuf->ring);
}

void ringbuf__close(struct ringbuf *ringbuf)
{
	if (!ringbuf)
		return;
	ring_buffer__free(ringbuf->ring);
	free(ringbuf);
}

static void add_lost_process(void *context, const struct lost_process *process)
{
	account__add_lost_process(context, process);
}

void ringbuf__account(const struct tracer *tracer, struct trace_account *account)
{
	const struct state *state = tracer__state(tracer);
	__u64 full_and_missed = 0, *missed;
	int i, reason;

	for (i = 0; i < NR_ACCOUNTS; i++) {
		const struct account *of_cpu = &state->accounts[i];

		account->filtered += of_cpu->filtered;
		account->foreign += of_cpu->foreign;
		full_and_missed += of_cpu->full_and_missed;
		for (reason = 0; reason < NR_LOST_REASONS; reason++)
			account->lost[reason] += of_cpu->lost[reason];
	}
	/* Each creation is counted once. Some of these have not returned yet. */
	missed = &account->lost[LOST_OUTERMOST_ENTRY_MISSED];
	*missed -= *missed < full_and_missed ? *missed : full_and_missed;
	tracer__visit_lost_processes(tracer, add_lost_process, account);
	account->unfollowed = state->command_tasks_lost;
	account->in_flight = sessions__count_open(state);
	account->probe_missed = program_runs__count_skipped(tracer);
}
