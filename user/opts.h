/* SPDX-License-Identifier: GPL-2.0 */
/* The command line, parsed into one struct. */
#ifndef OPTS_H
#define OPTS_H

#include <stdbool.h>
#include <stdio.h>

#include "../bpf/config.h"
#include "out.h"

enum color_choice {
	COLOR_AUTO, /* if the output is a terminal and NO_COLOR is not set */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

struct options {
	/*
	 * Ready for the BPF side but for nr_cgroups and command, which stay 0. Numbers, names and
	 * paths of namespaces are resolved; comms are cut to the 15 bytes that the kernel keeps,
	 * and padded with NUL.
	 */
	struct filter filter;
	const char *cgroups[FILTER_MAX_VALUES]; /* paths; released by opts__free() */
	unsigned int nr_cgroups;

	__u64 picked; /* STAGE_BIT()s of the stages to observe */
	bool detail;  /* as --detail says */
	bool stages;  /* as --stages says */
	bool state;   /* show what is set by each stage */
	bool accept;  /* observe accept(), too: picked has its stages */
	enum attach_choice attach;
	const struct out_format *format;
	const char *output;	/* NULL: standard output */
	const char *timeline;	/* NULL: none */
	const char *ready_file; /* NULL: none */
	const char *btf;	/* NULL: the kernel's own */
	enum color_choice color;
	__u64 duration_ns;	 /* 0: no limit */
	__u64 count;		 /* 0: no limit */
	unsigned int buffer_mib; /* ring buffer: a power of two */
	bool kernel_stack;
	bool user_stack;
	bool no_follow;
	bool overhead;	  /* tell at the end what the tool itself has cost */
	bool raw_latency; /* show durations as measured */
	bool no_nice;	  /* leave the reader's priority as it is */
	bool quiet;
	int verbose; /* number of -v */
	bool list_stages;

	char **command; /* NULL-terminated argument vector, or NULL */
};

enum opts_result {
	OPTS_RUN,   /* go on */
	OPTS_DONE,  /* --help or --version was printed: exit 0 */
	OPTS_USAGE, /* a usage error was printed to stderr: exit 2 */
	OPTS_ERROR, /* a run-time error was printed to stderr: exit 1 */
};

/*
 * Parses argv (getopt_long; stops at the first non-option or "--"). Prints --help and --version to
 * standard output, errors to standard error as "sockcreate-trace: <sentence>".
 */
enum opts_result opts__parse(struct options *options, int argc, char **argv);

/* Whether what is shown takes knowing the process itself: its exe, its cgroup's path. */
bool opts__wants_processes(const struct options *options);

/* Releases what parsing has allocated. */
void opts__free(struct options *options);

#endif /* OPTS_H */
