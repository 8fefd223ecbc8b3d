// SPDX-License-Identifier: GPL-2.0
#include "creation/account.h"

#include <string.h>

#include "text/buffer.h"
#include "text/text.h"

#define FIRST_SPAN_REASON (LOST_BEFORE_SPAN_REASONS + 1)

static const char *const phrases[NR_LOST_REASONS] = {
#define LOST(id, name, phrase) [LOST_##id] = phrase,
	LOST_CREATION_REASONS(LOST) LOST_SPAN_REASONS(LOST)
#undef LOST
};

/* What the user can do about each reason. Most have no remedy. */
static const char *const advice[NR_LOST_REASONS] = {
	[LOST_RING_BUFFER_FULL] = "a larger --buffer-size MIB or a filter helps",
	[LOST_SESSION_TABLE_FULL] = "a filter such as --pid or --comm helps",
	[LOST_ENTRY_WITHOUT_EXIT] = "another way to --attach may help",
	[LOST_OUTERMOST_ENTRY_MISSED] = "another way to --attach may help",
	[LOST_STATE] = "a larger --buffer-size MIB or a filter helps",
};

static const char *plural(__u64 count)
{
	return count == 1 ? "" : "s";
}

static __u64 lost_creations(const struct trace_account *account)
{
	__u64 sum = 0;
	int reason;

	for (reason = 0; reason < NR_LOST_CREATION_REASONS; reason++)
		sum += account->lost[reason];
	return sum;
}

__u64 account__seen(const struct trace_account *account)
{
	return account->shown + account->not_shown + account->filtered + lost_creations(account);
}

static void print_sums(FILE *file, const struct trace_account *account)
{
	__u64 lost = lost_creations(account);
	__u64 seen = account__seen(account);

	fprintf(file, "%llu socket%s seen, %llu shown (%llu failed), %llu filtered, ", seen,
		plural(seen), account->shown, account->failed, account->filtered);
	if (account->not_shown)
		fprintf(file, "%llu not shown since the trace had ended, ", account->not_shown);
	fprintf(file, "%llu lost\n", lost);
	if (account->in_flight)
		fprintf(file, "  %llu more still being created when the trace ended\n",
			account->in_flight);
}

static void print_reason(FILE *file, const struct trace_account *account, int reason)
{
	__u64 count = account->lost[reason];

	if (!count)
		return;
	if (reason == LOST_FRAME)
		fprintf(file, "  %llu frame%s of user stacks not known: %s", count, plural(count),
			phrases[reason]);
	else if (reason < FIRST_SPAN_REASON)
		fprintf(file, "  %llu socket%s lost: %s", count, plural(count), phrases[reason]);
	else
		fprintf(file, "  %llu stage%s missing or incomplete in what is shown: %s", count,
			plural(count), phrases[reason]);
	if (advice[reason])
		fprintf(file, " (%s)", advice[reason]);
	fputc('\n', file);
}

/* So many are named in the summary. Outputs have all that are known. */
#define MAX_NAMED 5

/* Name the processes that have lost most. */
static void print_lost_processes(FILE *file, const struct trace_account *account)
{
	int nr = account->nr_lost_processes;
	struct buffer text = { 0 };
	int i;

	for (i = 0; i < nr && i < MAX_NAMED; i++) {
		const struct lost_process *process = &account->lost_processes[i];

		buffer__add_string(&text, i ? ", " : "  lost by ");
		text__add_escaped(&text, process->comm,
				  strnlen(process->comm, sizeof(process->comm)), true);
		buffer__add_char(&text, '/');
		buffer__add_u64(&text, process->pid);
		buffer__add_string(&text, " (");
		buffer__add_u64(&text, process->count);
		buffer__add_char(&text, ')');
	}
	if (nr > MAX_NAMED)
		buffer__add_string(&text, " and others");
	if (nr && !text.failed)
		fprintf(file, "%.*s\n", (int)text.size, text.data);
	buffer__free(&text);
}

/* Refusals that were not seen can't be counted, so it is said that there may be some. */
static void print_seccomp(FILE *file, const struct trace_account *account)
{
	if (account->seccomp_unwatched)
		fprintf(file,
			"  a process had a seccomp filter, and what that refused was not watched: %s\n",
			account->seccomp_unwatched);
	if (account->seccomp_unknown)
		fprintf(file,
			"  what seccomp filters refused may not have been watched: %s (--seccomp "
			"always watches)\n",
			account->seccomp_unknown);
	if (account->seccomp_gap_ns)
		fprintf(file,
			"  what new seccomp filters refused was not watched for %llu ms (--seccomp "
			"watches from the start)\n",
			account->seccomp_gap_ns / 1000000 + 1);
}

void account__print(FILE *file, const struct trace_account *account)
{
	int reason;

	print_sums(file, account);
	blindness__print(file, &account->blindness);
	for (reason = 0; reason < NR_LOST_REASONS; reason++)
		print_reason(file, account, reason);
	print_lost_processes(file, account);
	if (account->probe_missed)
		fprintf(file,
			"  %llu run%s of a probe skipped by the kernel: sockets or stages may be "
			"missing beyond those counted\n",
			account->probe_missed, plural(account->probe_missed));
	if (account->unfollowed)
		fprintf(file,
			"  %llu process%s of the command not followed: more than 16384 ran at a time\n",
			account->unfollowed, account->unfollowed == 1 ? "" : "es");
	print_seccomp(file, account);
}

void account__add_lost_process(struct trace_account *account, const struct lost_process *process)
{
	int place = account->nr_lost_processes;

	if (place == NR_LOST_PROCESSES)
		return;
	account->nr_lost_processes++;
	for (; place && account->lost_processes[place - 1].count < process->count; place--)
		account->lost_processes[place] = account->lost_processes[place - 1];
	account->lost_processes[place] = *process;
}

void account__subtract_shown(struct trace_account *account, __u64 creations, __u64 failed)
{
	account->shown -= creations;
	account->failed -= failed;
	account->not_shown += creations;
}

bool account__has_losses(const struct trace_account *account)
{
	__u64 sum = account->probe_missed + account->unfollowed + account->blindness.nr;
	int reason;

	for (reason = 0; reason < NR_LOST_REASONS; reason++)
		sum += account->lost[reason];
	return sum || account->seccomp_unwatched || account->seccomp_unknown;
}
