// SPDX-License-Identifier: GPL-2.0
/*
 * user_side [-n SOCKETS] [-k mix|tcp] [-o FILE] [MEASUREMENT...]: how fast the user side is on one
 * processor of this machine, from records that lie in memory. Measurements, all by default:
 *
 *   assemble   decoding, numbering and making the tree
 *   FORMAT     the same, and the output in one of the tool's formats, written to FILE
 *
 * Prints a JSON object for each. Time is that of the processor, so what else runs on the machine
 * matters little. FILE is /dev/null by default: the figure is then that of the tool alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "creation/assemble.h"
#include "creation/decode.h"
#include "formats/formats.h"
#include "formats/sink.h"
#include "synthetic.h"

#define DEFAULT_SOCKETS 2000000

/* What is measured; without a format only what comes before it. */
struct measurement {
	const char *name;
	const struct out_format *format;
};

static const struct measurement assembling = { "assemble", NULL };

struct settings {
	__u64 sockets;
	enum synthetic_kind kind;
	const char *file;
};

/* What it takes to make trees of records. */
struct work {
	struct synthetic *synthetic;
	struct trace_header header;
	struct sequencer sequencer;
	struct tree tree;
	struct origin origin;
	struct sink *sink; /* NULL: there is no output */
};

static void fail(const char *what)
{
	fprintf(stderr, "user_side: %s\n", what);
	exit(1);
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void take_one(struct work *work)
{
	const struct wire_record *record;
	const char *reason;
	size_t size;
	void *data = synthetic__next(work->synthetic, &size);

	record = decode__record(data, size, &reason);
	if (!record)
		fail(reason);
	assemble__tree(&work->tree, record, &work->header.plan, &work->header.costs);
	work->tree.sequence = sequencer__number(&work->sequencer, record);
	if (!work->sink)
		return;
	synthetic__origin(record, &work->origin);
	work->tree.origin = &work->origin;
	if (!sink__creation(work->sink, &work->tree))
		fail("cannot write");
}

static void open_sink(struct work *work, const struct settings *settings,
		      const struct out_format *format)
{
	const struct out_style style = { .unicode = true };

	work->sink = sink__open(settings->file);
	if (!work->sink || !sink__begin(work->sink, format, &work->header, &style) ||
	    !sink__flush(work->sink))
		fail("cannot write");
}

static long max_rss_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void report(struct measurement measurement, const struct settings *settings, double seconds,
		   __u64 bytes)
{
	printf("{\"measurement\":\"%s\",\"records\":\"%s\",\"sockets\":%llu,\"seconds\":%.3f,"
	       "\"sockets_per_second\":%.0f",
	       measurement.name, settings->kind == SYNTHETIC_TCP ? "tcp" : "mix", settings->sockets,
	       seconds, (double)settings->sockets / seconds);
	if (measurement.format)
		printf(",\"bytes\":%llu,\"bytes_per_second\":%.0f", bytes, (double)bytes / seconds);
	printf(",\"max_rss_kib\":%ld}\n", max_rss_kib());
	fflush(stdout);
}

static void measure(struct measurement measurement, const struct settings *settings)
{
	static struct work work;
	const struct trace_account account = { .shown = settings->sockets };
	double began;
	__u64 i, bytes = 0;

	memset(&work, 0, sizeof(work));
	synthetic__header(&work.header);
	work.synthetic = synthetic__new(settings->kind);
	if (!work.synthetic)
		fail("out of memory");
	if (measurement.format)
		open_sink(&work, settings, measurement.format);
	began = seconds_now();
	for (i = 0; i < settings->sockets; i++)
		take_one(&work);
	if (work.sink) {
		if (!sink__flush(work.sink))
			fail("cannot write");
		bytes = sink__written(work.sink);
	}
	report(measurement, settings, seconds_now() - began, bytes);
	if (!sink__close(work.sink, &account))
		fail("cannot write");
	synthetic__free(work.synthetic);
}

static void usage(void)
{
	fputs("usage: user_side [-n SOCKETS] [-k mix|tcp] [-o FILE] [MEASUREMENT...]\n", stderr);
	exit(2);
}

static struct settings parse(int argc, char **argv)
{
	struct settings settings = { DEFAULT_SOCKETS, SYNTHETIC_MIX, "/dev/null" };
	int option;

	while ((option = getopt(argc, argv, "n:k:o:")) != -1) {
		if (option == 'n')
			settings.sockets = strtoull(optarg, NULL, 10);
		else if (option == 'k' && !strcmp(optarg, "tcp"))
			settings.kind = SYNTHETIC_TCP;
		else if (option == 'o')
			settings.file = optarg;
		else if (option != 'k' || strcmp(optarg, "mix") != 0)
			usage();
	}
	if (!settings.sockets)
		usage();
	return settings;
}

static struct measurement of_format(const struct out_format *format)
{
	return (struct measurement){ format->name, format };
}

static struct measurement find(const char *name)
{
	const struct out_format *format = formats__find(name, strlen(name));

	if (!format && strcmp(name, assembling.name) != 0)
		usage();
	return format ? of_format(format) : assembling;
}

static void measure_all(const struct settings *settings)
{
	int i;

	measure(assembling, settings);
	for (i = 0; i < nr_formats; i++)
		measure(of_format(formats[i]), settings);
}

int main(int argc, char **argv)
{
	const struct settings settings = parse(argc, argv);

	if (optind == argc)
		measure_all(&settings);
	for (; optind < argc; optind++)
		measure(find(argv[optind]), &settings);
	return 0;
}
