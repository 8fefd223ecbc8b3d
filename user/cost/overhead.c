// SPDX-License-Identifier: GPL-2.0
#include "cost/overhead.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cost/calibrate.h"
#include "names/stage.h"

int overhead__enable(struct overhead *overhead)
{
	overhead->stats_fd = program_runs__measure();
	return overhead->stats_fd < 0 ? -1 : 0;
}

/* Programs that observe several stages are shown by their own names, among the others. */
static bool has_own_programs(const struct plan *plan, int probe)
{
	return plan->probes[probe].way != ATTACH_KPROBE_SESSION;
}

/* Families that fentry does not observe share one pair of programs. */
static bool shares_programs(const struct plan *plan, int probe)
{
	return probe >= NR_STAGES && plan->probes[probe].way != ATTACH_FENTRY;
}

static void read_runs(struct overhead_runs *runs, const struct tracer *tracer,
		      const struct plan *plan)
{
	const char *name;
	int probe, half, i;

	memset(runs, 0, sizeof(*runs));
	for (probe = 0; probe < NR_PROBES; probe++) {
		if (!has_own_programs(plan, probe))
			continue;
		for (half = 0; half < NR_HALVES; half++) {
			struct program_runs of_probe =
				program_runs__of_probe(tracer, plan, probe, (enum half)half);

			if (!shares_programs(plan, probe))
				runs->probes[probe][half] = of_probe;
			else if (of_probe.runs)
				runs->families[half] = of_probe;
		}
	}
	for (i = 0; i < OVERHEAD_MAX_OTHERS; i++) {
		if (!program_runs__of_other(tracer, i, &name, &runs->others[i]))
			break;
	}
}

void overhead__begin(struct overhead *overhead, const struct tracer *tracer,
		     const struct plan *plan)
{
	if (overhead->stats_fd < 0)
		return;
	overhead->measured = true;
	read_runs(&overhead->before, tracer, plan);
	getrusage(RUSAGE_SELF, &overhead->reader_before);
}

/* The runs of a program since the beginning. */
static struct program_runs since(struct program_runs runs, const struct program_runs *before)
{
	/* A program that was attached again with a module has started at 0. */
	if (runs.runs < before->runs)
		return runs;
	runs.runs -= before->runs;
	runs.ns -= before->ns;
	return runs;
}

static void print_runs(const struct program_runs *runs, FILE *file)
{
	fprintf(file, "  %10llu %8llu", runs->runs, runs->runs ? runs->ns / runs->runs : 0);
}

static void add_runs(struct program_runs *sum, const struct program_runs *runs)
{
	sum->runs += runs->runs;
	sum->ns += runs->ns;
}

/* Print the line of a function's two programs, if they have run, and add them to the sum. */
static void print_pair(const struct program_runs now[NR_HALVES],
		       const struct program_runs before[NR_HALVES], const char *function,
		       struct program_runs *sum, FILE *file)
{
	struct program_runs entry = since(now[ENTRY_HALF], &before[ENTRY_HALF]);
	struct program_runs exit = since(now[EXIT_HALF], &before[EXIT_HALF]);

	if (!entry.runs && !exit.runs)
		return;
	add_runs(sum, &entry);
	add_runs(sum, &exit);
	fprintf(file, "%-28s", function);
	print_runs(&entry, file);
	print_runs(&exit, file);
	fputc('\n', file);
}

/* Print the lines of the other programs. */
static void print_others(const struct overhead_runs *before, const struct tracer *tracer,
			 struct program_runs *sum, FILE *file)
{
	struct program_runs now;
	const char *name;
	int i;

	for (i = 0; i < OVERHEAD_MAX_OTHERS && program_runs__of_other(tracer, i, &name, &now);
	     i++) {
		struct program_runs runs = since(now, &before->others[i]);

		if (!runs.runs)
			continue;
		add_runs(sum, &runs);
		fprintf(file, "%-28s", name);
		print_runs(&runs, file);
		fputc('\n', file);
	}
}

/* Print a line for everything that has run. Return the sum. */
static struct program_runs print_programs(const struct overhead *overhead,
					  const struct tracer *tracer, const struct plan *plan,
					  FILE *file)
{
	const struct overhead_runs *before = &overhead->before;
	struct program_runs sum = { 0 };
	struct overhead_runs now;
	int i;

	read_runs(&now, tracer, plan);
	for (i = 0; i < NR_PROBES; i++)
		print_pair(now.probes[i], before->probes[i], plan->probes[i].function, &sum, file);
	print_pair(now.families, before->families, stages[STAGE_FAMILY_CREATE].name, &sum, file);
	print_others(before, tracer, &sum, file);
	return sum;
}

static double seconds_since(const struct timeval *now, const struct timeval *before)
{
	return now->tv_sec - before->tv_sec + (now->tv_usec - before->tv_usec) / 1e6;
}

/* Print a sum of ns, and the share of each socket. */
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

	if (!overhead->measured)
		return;
	getrusage(RUSAGE_SELF, &reader);
	fprintf(file, "%-28s  %10s %8s  %10s %8s\n", "BPF PROGRAMS OF", "ENTRIES", "ns each",
		"RETURNS", "ns each");
	sum = print_programs(overhead, tracer, plan, file);
	print_share("BPF programs", sum.ns, sockets, file);
	print_share("reader, user CPU time",
		    1e9 * seconds_since(&reader.ru_utime, &overhead->reader_before.ru_utime),
		    sockets, file);
	print_share("reader, system CPU time",
		    1e9 * seconds_since(&reader.ru_stime, &overhead->reader_before.ru_stime),
		    sockets, file);
}

void overhead__stop(struct overhead *overhead)
{
	if (overhead->stats_fd >= 0)
		close(overhead->stats_fd);
	overhead->stats_fd = -1;
}
