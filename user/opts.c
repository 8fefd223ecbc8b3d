// SPDX-License-Identifier: GPL-2.0
#include "opts.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "log.h"
#include "number.h"
#include "opts_filter.h"
#include "opts_stages.h"

#ifndef SOCKCREATE_TRACE_VERSION
#define SOCKCREATE_TRACE_VERSION "unknown"
#endif

#define DEFAULT_BUFFER_MIB 8
#define MAX_BUFFER_MIB	   1024

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* The formats that --format can name; the default first. */
static const struct out_format *const formats[] = { &out_tree, &out_line, &out_jsonl, &out_none };

static enum opts_result bad_value(const char *option, const char *value, const char *wanted)
{
	log_error("%s: \"%s\" is not %s", option, value, wanted);
	return OPTS_USAGE;
}

/* The index of value among the names, or -1. */
static int find_name(const char *const *names, size_t nr_names, const char *value)
{
	size_t i;

	for (i = 0; i < nr_names; i++) {
		if (!strcmp(names[i], value))
			return (int)i;
	}
	return -1;
}

static enum opts_result set_attach(struct options *options, const char *value)
{
	static const char *const names[] = {
		[ATTACH_CHOICE_AUTO] = "auto",
		[ATTACH_CHOICE_FENTRY] = "fentry",
		[ATTACH_CHOICE_KPROBE] = "kprobe",
		[ATTACH_CHOICE_KPROBE_MULTI] = "kprobe.multi",
	};
	int choice = find_name(names, NR(names), value);

	if (choice < 0)
		return bad_value("--attach", value, "auto, fentry, kprobe or kprobe.multi");
	options->attach = (enum attach_choice)choice;
	return OPTS_RUN;
}

static enum opts_result set_color(struct options *options, const char *value)
{
	static const char *const names[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
		[COLOR_NEVER] = "never",
	};
	int choice = find_name(names, NR(names), value);

	if (choice < 0)
		return bad_value("--color", value, "auto, always or never");
	options->color = (enum color_choice)choice;
	return OPTS_RUN;
}

static enum opts_result set_stack(struct options *options, const char *value)
{
	static const char *const names[] = { "kernel", "user", "both" };
	int choice = find_name(names, NR(names), value);

	if (choice < 0)
		return bad_value("--stack", value, "kernel, user or both");
	options->kernel_stack |= choice != 1;
	options->user_stack |= choice != 0;
	return OPTS_RUN;
}

static enum opts_result set_format(struct options *options, const char *value)
{
	struct buffer names = { 0 };
	size_t i;

	for (i = 0; i < NR(formats); i++) {
		if (!strcmp(formats[i]->name, value)) {
			options->format = formats[i];
			return OPTS_RUN;
		}
	}
	for (i = 0; i < NR(formats); i++) {
		buffer__add_string(&names, i ? ", " : "");
		buffer__add_string(&names, formats[i]->name);
	}
	log_error("unknown format \"%s\", there are %.*s", value, (int)names.size,
		  names.size ? names.data : "");
	buffer__free(&names);
	return OPTS_USAGE;
}

static enum opts_result set_buffer_size(struct options *options, const char *value)
{
	__u64 mib;

	if (!number__parse(value, 1, MAX_BUFFER_MIB, &mib) || mib & (mib - 1))
		return bad_value("--buffer-size", value, "a power of two from 1 to 1024");
	options->buffer_mib = (unsigned int)mib;
	return OPTS_RUN;
}

static enum opts_result set_duration(struct options *options, const char *value)
{
	__u64 ns;

	if (!number__parse_fraction(value, 9, (__u64)1 << 62, &ns) || !ns)
		return bad_value("--duration", value, "a number of seconds above 0");
	options->duration_ns = ns;
	return OPTS_RUN;
}

static enum opts_result set_count(struct options *options, const char *value)
{
	if (!number__parse(value, 1, (__u64)-1, &options->count))
		return bad_value("--count", value, "a number of sockets above 0");
	return OPTS_RUN;
}

static enum opts_result set_min_us(struct options *options, const char *value)
{
	if (!number__parse_fraction(value, 3, (__u64)-1, &options->filter.min_ns))
		return bad_value("--min-us", value, "a number of microseconds");
	return OPTS_RUN;
}

static enum opts_result set_failed(struct options *options, const char *value)
{
	(void)value;
	options->filter.failed_only = 1;
	return OPTS_RUN;
}

static enum opts_result set_verbose(struct options *options, const char *value)
{
	(void)value;
	options->verbose++;
	return OPTS_RUN;
}

static enum opts_result finish_printing(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return OPTS_DONE;
	log_error("cannot write to standard output: %s", strerror(errno));
	return OPTS_ERROR;
}

static enum opts_result print_version(struct options *options, const char *value)
{
	(void)options;
	(void)value;
	puts("sockcreate-trace " SOCKCREATE_TRACE_VERSION);
	return finish_printing();
}

static enum opts_result print_help(struct options *options, const char *value)
{
	(void)options;
	(void)value;
	help__print(stdout);
	return finish_printing();
}

/* An option, and what it does: exactly one of the members behind letter is set. */
struct option_info {
	const char *name;
	char letter; /* 0: there is only the name */
	bool filter; /* adds to which */
	enum filter_option which;
	size_t string; /* offsets in struct options: the value goes there as it is */
	size_t flag;   /* that is set */
	enum opts_result (*set)(struct options *options, const char *value);
	enum opts_result (*act)(struct options *options, const char *value); /* no value */
};

/* filter is the first member of struct options, so no offset in the table is 0. */
_Static_assert(offsetof(struct options, filter) == 0, "offset 0 stands for none");

static const struct option_info infos[] = {
	{ "pid", 'p', .filter = true, .which = FILTER_PID },
	{ "tid", 't', .filter = true, .which = FILTER_TID },
	{ "comm", 'c', .filter = true, .which = FILTER_COMM },
	{ "uid", 'u', .filter = true, .which = FILTER_UID },
	{ "family", 'f', .filter = true, .which = FILTER_FAMILY },
	{ "type", 0, .filter = true, .which = FILTER_TYPE },
	{ "protocol", 0, .filter = true, .which = FILTER_PROTOCOL },
	{ "cgroup", 0, .filter = true, .which = FILTER_CGROUP },
	{ "netns", 0, .filter = true, .which = FILTER_NETNS },
	{ "failed", 'x', .act = set_failed },
	{ "min-us", 'm', .set = set_min_us },
	{ "stack", 0, .set = set_stack },
	{ "kernel-stack", 'K', .flag = offsetof(struct options, kernel_stack) },
	{ "user-stack", 'U', .flag = offsetof(struct options, user_stack) },
	{ "accept", 0, .flag = offsetof(struct options, accept) },
	{ "no-follow", 0, .flag = offsetof(struct options, no_follow) },
	{ "duration", 'd', .set = set_duration },
	{ "count", 'n', .set = set_count },
	{ "format", 0, .set = set_format },
	{ "output", 'o', .string = offsetof(struct options, output) },
	{ "timeline", 0, .string = offsetof(struct options, timeline) },
	{ "color", 0, .set = set_color },
	{ "quiet", 'q', .flag = offsetof(struct options, quiet) },
	{ "verbose", 'v', .act = set_verbose },
	{ "detail", 0, .set = opts_stages__set_detail },
	{ "stages", 0, .set = opts_stages__add },
	{ "state", 0, .flag = offsetof(struct options, state) },
	{ "attach", 0, .set = set_attach },
	{ "list-stages", 0, .flag = offsetof(struct options, list_stages) },
	{ "buffer-size", 0, .set = set_buffer_size },
	{ "no-nice", 0, .flag = offsetof(struct options, no_nice) },
	{ "overhead", 0, .flag = offsetof(struct options, overhead) },
	{ "raw-latency", 0, .flag = offsetof(struct options, raw_latency) },
	{ "btf", 0, .string = offsetof(struct options, btf) },
	{ "ready-file", 0, .string = offsetof(struct options, ready_file) },
	{ "version", 'V', .act = print_version },
	{ "help", 'h', .act = print_help },
};

#define FIRST_LONG 256 /* what getopt returns for infos[0] by name; letters are below */

/* What getopt_long() takes, made of the table. */
struct getopt_tables {
	char letters[2 + 2 * NR(infos) + 1];
	struct option names[NR(infos) + 1];
};

static bool takes_value(const struct option_info *info)
{
	return info->filter || info->string || info->set;
}

static void make_tables(struct getopt_tables *tables)
{
	char *letter = tables->letters;
	size_t i;

	memset(tables, 0, sizeof(*tables));
	*letter++ = '+'; /* stop at the COMMAND */
	*letter++ = ':'; /* tell a missing value from an unknown option */
	for (i = 0; i < NR(infos); i++) {
		bool value = takes_value(&infos[i]);

		tables->names[i].name = infos[i].name;
		tables->names[i].has_arg = value ? required_argument : no_argument;
		tables->names[i].val = FIRST_LONG + (int)i;
		if (!infos[i].letter)
			continue;
		*letter++ = infos[i].letter;
		if (value)
			*letter++ = ':';
	}
}

static const struct option_info *find_info(int code)
{
	size_t i;

	if (code >= FIRST_LONG)
		return &infos[code - FIRST_LONG];
	for (i = 0; i < NR(infos); i++) {
		if (infos[i].letter == code)
			return &infos[i];
	}
	return NULL;
}

static enum opts_result apply(struct options *options, const struct option_info *info,
			      const char *value)
{
	if (info->filter)
		return opts_filter__add(options, info->which, value);
	if (info->set)
		return info->set(options, value);
	if (info->act)
		return info->act(options, value);
	if (info->string)
		*(const char **)((char *)options + info->string) = value;
	else
		*(bool *)((char *)options + info->flag) = true;
	return OPTS_RUN;
}

/* Explains what getopt_long() answered with ':' or '?'; word is the argument that it was at. */
static enum opts_result misused(int answer, const char *word)
{
	char letter[] = { '-', (char)optopt, '\0' };
	const char *option = strncmp(word, "--", 2) ? letter : word;

	if (answer == ':')
		log_error("%s needs a value", option);
	else if (optopt >= FIRST_LONG)
		log_error("%s: --%s takes no value", option, find_info(optopt)->name);
	else
		log_error("unknown or ambiguous option %s (see --help)", option);
	return OPTS_USAGE;
}

/* The options themselves; *value is the last one's value, if it took one. */
static enum opts_result parse_options(struct options *options, int argc, char **argv,
				      const char **value)
{
	enum opts_result result = OPTS_RUN;
	struct getopt_tables tables;
	int code;

	make_tables(&tables);
	optind = 0; /* begin anew, in glibc's way */
	opterr = 0;
	*value = NULL;
	while (result == OPTS_RUN) {
		code = getopt_long(argc, argv, tables.letters, tables.names, NULL);
		if (code == -1)
			break;
		if (code == ':' || code == '?')
			return misused(code, argv[optind - 1]);
		*value = optarg;
		result = apply(options, find_info(code), optarg);
	}
	return result;
}

static enum opts_result contradiction(const char *sentence)
{
	log_error("%s", sentence);
	return OPTS_USAGE;
}

/* What each option for itself does not show. */
static enum opts_result check_together(const struct options *options)
{
	const struct filter *filter = &options->filter;

	if (options->command && (filter->pids.nr || filter->tids.nr))
		return contradiction("--pid and --tid don't go together with a COMMAND");
	if (options->no_follow && !options->command)
		return contradiction("--no-follow needs a COMMAND");
	if (options->detail && options->stages)
		return contradiction("--detail and --stages don't go together");
	if (!options->accept && options->picked & opts_stages__of_accept())
		return contradiction(
			"--stages names a function of accept(): that needs --accept as well");
	if (options->output && options->format == &out_none)
		return contradiction("--output needs a --format other than none");
	if (options->output && options->timeline && !strcmp(options->output, options->timeline))
		return contradiction("--output and --timeline name the same file");
	return OPTS_RUN;
}

bool opts__wants_processes(const struct options *options)
{
	return options->format == &out_jsonl;
}

enum opts_result opts__parse(struct options *options, int argc, char **argv)
{
	enum opts_result result;
	const char *value;

	memset(options, 0, sizeof(*options));
	options->format = formats[0];
	options->buffer_mib = DEFAULT_BUFFER_MIB;
	options->picked = opts_stages__up_to(DETAIL_CORE);
	result = parse_options(options, argc, argv, &value);
	if (result != OPTS_RUN)
		return result;
	if (optind < argc)
		options->command = argv + optind;
	else if (argc > 1 && argv[argc - 1] != value && !strcmp(argv[argc - 1], "--"))
		return contradiction("no COMMAND behind --");
	result = check_together(options);
	if (options->accept)
		opts_stages__add_accept(options);
	return result == OPTS_RUN ? opts_filter__check(options) : result;
}

void opts__free(struct options *options)
{
	opts_filter__free(options);
}
