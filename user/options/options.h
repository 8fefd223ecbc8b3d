/* SPDX-License-Identifier: GPL-2.0 */
/* The command line, parsed into one struct. */
#ifndef OPTIONS_OPTIONS_H
#define OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "formats/presentation.h"
#include "options/option.h"
#include "plan/selection.h"

/* How a trace begins and ends, and what it does beside showing creations. */
struct run_options {
	char **command;		/* NULL-terminated argument vector, or NULL */
	__u64 duration_ns;	/* 0: no limit */
	__u64 stuck_ns;		/* a creation that takes so long is reported; 0: none is */
	const char *ready_file; /* written once all is attached; NULL: none */
	bool no_nice;		/* leave the reader's priority as it is */
	bool overhead;		/* tell at the end what the tool itself has cost */
};

struct options {
	enum verb verb;
	struct selection selection;
	struct presentation presentation;
	struct run_options run;
	bool quiet;
	int verbose; /* number of -v */

	/* Only while the command line is parsed. */
	__u64 used;	  /* OPTION_BIT()s of the options that were given */
	bool list_stages; /* as --list-stages says */
	bool detail;	  /* as --detail says */
	bool stages;	  /* as --stages says */
	bool no_follow;
	bool format_given;		 /* by --format; else it is the default one */
	bool formats_given;		 /* -o has named some */
	const struct out_format *format; /* of standard output and files without one; NULL: none */
};

enum options_result {
	OPTIONS_RUN,   /* go on */
	OPTIONS_DONE,  /* --help or --version was printed: exit 0 */
	OPTIONS_USAGE, /* a usage error was printed to stderr: exit 2 */
	OPTIONS_ERROR, /* a run-time error was printed to stderr: exit 1 */
};

#endif /* OPTIONS_OPTIONS_H */
