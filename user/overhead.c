// SPDX-License-Identifier: GPL-2.0
#include "overhead.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

int overhead__begin(struct overhead *overhead, const struct tracer *tracer, const struct plan *plan)
{
	int probe, half;

	overhead->stats_fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (overhead->stats_fd < 0) {
		errno = -overhead->stats_fd;
		overhead->stats_fd = -1;
		return -1;
	}
	for (probe = 0; probe < NR_PROBES; probe++) {
		for (half = 0; half < NR_HALVES; half++)
			overhead->before[probe][half] =
				tracer__runs(tracer, plan, probe, (enum half)half);
	}
	getrusage(RUSAGE_SELF, &overhead->reader_before);
	return 0;
}

/* What a program has run since the beginning. */
static struct program_runs runs_since(const struct overhead *overhead, const struct tracer *tracer,
				      const struct plan *plan, int probe, enum half half)
{
	struct program_runs runs = tracer__runs(tracer, plan, probe, half);
	const struct program_runs *before = &overhead->before[probe][half];

	/* One attached anew, with a module, has begun anew. */
	if (runs.runs < before->runs)
		return runs;
	runs.runs -= before->runs;
	runs.ns -= before->ns;
	return runs;
}

static void print_probe(const struct program_runs runs[NR_HALVES], const char *function, FILE *file)
{
	int half;

	fprintf(file, "%-28s", function);
	for (half = NR_HALVES - 1; half >= 0; half--) {
		__u64 each = runs[half].runs ? runs[half].ns / runs[half].runs : 0;

		fprintf(file, "  %10llu %8llu", runs[half].runs, each);
	}
	fputc('\n', file);
}

/* A line for each probe whose programs have run. What they have run in all. */
static struct program_runs print_probes(const struct overhead *overhead,
					const struct tracer *tracer, const struct plan *plan,
					FILE *file)
{
	struct program_runs sum = { 0 };
	int probe, half;

	for (probe = 0; probe < NR_PROBES; probe++) {
		struct program_runs runs[NR_HALVES];
		__u64 both = 0;

		for (half = 0; half < NR_HALVES; half++) {
			runs[half] = runs_since(overhead, tracer, plan, probe, (enum half)half);
			sum.runs += runs[half].runs;
			sum.ns += runs[half].ns;
			both += runs[half].runs;
		}
		if (both)
			print_probe(runs, plan->probes[probe].function, file);
	}
	return sum;
}

static double seconds_since(const struct timeval *now, const struct timeval *before)
{
	return now->tv_sec - before->tv_sec + (now->tv_usec - before->tv_usec) / 1e6;
}

/* A sum of ns, and what of it falls to each socket. */
static void print_share(const char *what, double ns, __u64 sockets, FILE *file)
{
	fprintf(file, "%s: %.3f ms", what, ns / 1e6);
	if (sockets)
		fprintf(file, ", %.0f ns a socket", ns / sockets);
	fputc('\n', file);
}

void overhead__print(const struct overhead *overhead, const struct tracer *tracer,
		     const struct plan *plan, __u64 sockets, FILE *file)
{
	struct program_runs sum;
	struct rusage reader;

	if (overhead->stats_fd < 0)
		return;
	getrusage(RUSAGE_SELF, &reader);
	fprintf(file, "%-28s  %10s %8s  %10s %8s\n", "BPF PROGRAMS OF", "ENTRIES", "ns each",
		"RETURNS", "ns each");
	sum = print_probes(overhead, tracer, plan, file);
	print_share("BPF programs", sum.ns, sockets, file);
	print_share("reader, user CPU time",
		    1e9 * seconds_since(&reader.ru_utime, &overhead->reader_before.ru_utime),
		    sockets, file);
	print_share("reader, system CPU time",
		    1e9 * seconds_since(&reader.ru_stime, &overhead->reader_before.ru_stime),
		    sockets, file);
}

void overhead__end(struct overhead *overhead)
{
	if (overhead->stats_fd >= 0)
		close(overhead->stats_fd);
	overhead->stats_fd = -1;
}
