// SPDX-License-Identifier: GPL-2.0
#include "options/parse.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "formats/formats.h"
#include "options/filter_options.h"
#include "options/help.h"
#include "options/stage_options.h"
#include "text/log.h"
#include "text/number.h"

#ifndef SOCKCREATE_TRACE_VERSION
#define SOCKCREATE_TRACE_VERSION "unknown"
#endif

#define DEFAULT_BUFFER_MIB 8
#define MAX_BUFFER_MIB	   1024

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static enum options_result bad_value(const char *option, const char *value, const char *wanted)
{
	log_error("%s: \"%s\" is not %s", option, value, wanted);
	return OPTIONS_USAGE;
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

static enum options_result set_attach(struct options *options, const char *value)
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
	options->selection.attach = (enum attach_choice)choice;
	return OPTIONS_RUN;
}

static enum options_result set_color(struct options *options, const char *value)
{
	static const char *const names[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
		[COLOR_NEVER] = "never",
	};
	int choice = find_name(names, NR(names), value);

	if (choice < 0)
		return bad_value("--color", value, "auto, always or never");
	options->presentation.color = (enum color_choice)choice;
	return OPTIONS_RUN;
}

static enum options_result set_stack(struct options *options, const char *value)
{
	static const char *const names[] = { "kernel", "user", "both" };
	int choice = find_name(names, NR(names), value);

	if (choice < 0)
		return bad_value("--stack", value, "kernel, user or both");
	options->selection.kernel_stack |= choice != 1;
	options->selection.user_stack |= choice != 0;
	return OPTIONS_RUN;
}

static enum options_result set_format(struct options *options, const char *value)
{
	struct buffer names = { 0 };
	int i;

	options->format = formats__find(value, strlen(value));
	if (options->format || !strcmp(value, NO_FORMAT_NAME))
		return OPTIONS_RUN;
	for (i = 0; i < nr_formats; i++) {
		buffer__add_string(&names, formats[i]->name);
		buffer__add_string(&names, ", ");
	}
	log_error("unknown format \"%s\", there are %.*s" NO_FORMAT_NAME, value, (int)names.size,
		  names.size ? names.data : "");
	buffer__free(&names);
	return OPTIONS_USAGE;
}

static enum options_result set_buffer_size(struct options *options, const char *value)
{
	__u64 mib;

	if (!number__parse(value, 1, MAX_BUFFER_MIB, &mib) || mib & (mib - 1))
		return bad_value("--buffer-size", value, "a power of two from 1 to 1024");
	options->selection.buffer_mib = (unsigned int)mib;
	return OPTIONS_RUN;
}

static enum options_result set_duration(struct options *options, const char *value)
{
	__u64 ns;

	if (!number__parse_fraction(value, 9, (__u64)1 << 62, &ns) || !ns)
		return bad_value("--duration", value, "a number of seconds above 0");
	options->run.duration_ns = ns;
	return OPTIONS_RUN;
}

static enum options_result set_count(struct options *options, const char *value)
{
	if (!number__parse(value, 1, (__u64)-1, &options->presentation.count))
		return bad_value("--count", value, "a number of sockets above 0");
	return OPTIONS_RUN;
}

static enum options_result set_min_us(struct options *options, const char *value)
{
	if (!number__parse_fraction(value, 3, (__u64)-1, &options->selection.filter.min_ns))
		return bad_value("--min-us", value, "a number of microseconds");
	return OPTIONS_RUN;
}

static enum options_result set_failed(struct options *options, const char *value)
{
	(void)value;
	options->selection.filter.failed_only = 1;
	return OPTIONS_RUN;
}

static enum options_result set_verbose(struct options *options, const char *value)
{
	(void)value;
	options->verbose++;
	return OPTIONS_RUN;
}

static enum options_result finish_printing(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return OPTIONS_DONE;
	log_error("cannot write to standard output: %s", strerror(errno));
	return OPTIONS_ERROR;
}

static enum options_result print_version(struct options *options, const char *value)
{
	(void)options;
	(void)value;
	puts("sockcreate-trace " SOCKCREATE_TRACE_VERSION);
	return finish_printing();
}

static enum options_result print_help(struct options *options, const char *value)
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
	enum options_result (*set)(struct options *options, const char *value);
	enum options_result (*act)(struct options *options, const char *value); /* no value */
};

/* filter is the first member of struct options, so no offset in the table is 0. */
_Static_assert(offsetof(struct options, selection.filter) == 0, "offset 0 stands for none");

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
	{ "kernel-stack", 'K', .flag = offsetof(struct options, selection.kernel_stack) },
	{ "user-stack", 'U', .flag = offsetof(struct options, selection.user_stack) },
	{ "accept", 0, .flag = offsetof(struct options, selection.accept) },
	{ "no-follow", 0, .flag = offsetof(struct options, no_follow) },
	{ "duration", 'd', .set = set_duration },
	{ "count", 'n', .set = set_count },
	{ "format", 0, .set = set_format },
	{ "output", 'o', .string = offsetof(struct options, output) },
	{ "timeline", 0, .string = offsetof(struct options, timeline) },
	{ "color", 0, .set = set_color },
	{ "quiet", 'q', .flag = offsetof(struct options, quiet) },
	{ "verbose", 'v', .act = set_verbose },
	{ "detail", 0, .set = stage_options__set_detail },
	{ "stages", 0, .set = stage_options__add },
	{ "state", 0, .flag = offsetof(struct options, selection.state) },
	{ "attach", 0, .set = set_attach },
	{ "list-stages", 0, .flag = offsetof(struct options, run.list_stages) },
	{ "buffer-size", 0, .set = set_buffer_size },
	{ "no-nice", 0, .flag = offsetof(struct options, run.no_nice) },
	{ "overhead", 0, .flag = offsetof(struct options, run.overhead) },
	{ "raw-latency", 0, .flag = offsetof(struct options, selection.raw_latency) },
	{ "btf", 0, .string = offsetof(struct options, selection.btf) },
	{ "ready-file", 0, .string = offsetof(struct options, run.ready_file) },
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

static enum options_result apply(struct options *options, const struct option_info *info,
				 const char *value)
{
	if (info->filter)
		return filter_options__add(options, info->which, value);
	if (info->set)
		return info->set(options, value);
	if (info->act)
		return info->act(options, value);
	if (info->string)
		*(const char **)((char *)options + info->string) = value;
	else
		*(bool *)((char *)options + info->flag) = true;
	return OPTIONS_RUN;
}

/* Explains what getopt_long() answered with ':' or '?'; word is the argument that it was at. */
static enum options_result misused(int answer, const char *word)
{
	char letter[] = { '-', (char)optopt, '\0' };
	const char *option = strncmp(word, "--", 2) ? letter : word;

	if (answer == ':')
		log_error("%s needs a value", option);
	else if (optopt >= FIRST_LONG)
		log_error("%s: --%s takes no value", option, find_info(optopt)->name);
	else
		log_error("unknown or ambiguous option %s (see --help)", option);
	return OPTIONS_USAGE;
}

/* The options themselves; *value is the last one's value, if it took one. */
static enum options_result parse_options(struct options *options, int argc, char **argv,
					 const char **value)
{
	enum options_result result = OPTIONS_RUN;
	struct getopt_tables tables;
	int code;

	make_tables(&tables);
	optind = 0; /* begin anew, in glibc's way */
	opterr = 0;
	*value = NULL;
	while (result == OPTIONS_RUN) {
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

static enum options_result contradiction(const char *sentence)
{
	log_error("%s", sentence);
	return OPTIONS_USAGE;
}

/* What each option for itself does not show. */
static enum options_result check_together(const struct options *options)
{
	const struct filter *filter = &options->selection.filter;

	if (options->run.command && (filter->pids.nr || filter->tids.nr))
		return contradiction("--pid and --tid don't go together with a COMMAND");
	if (options->no_follow && !options->run.command)
		return contradiction("--no-follow needs a COMMAND");
	if (options->detail && options->stages)
		return contradiction("--detail and --stages don't go together");
	if (!options->selection.accept && options->selection.picked & stage_options__of_accept())
		return contradiction(
			"--stages names a function of accept(): that needs --accept as well");
	if (options->output && !options->format)
		return contradiction("--output needs a --format other than none");
	if (options->output && options->timeline && !strcmp(options->output, options->timeline))
		return contradiction("--output and --timeline name the same file");
	return OPTIONS_RUN;
}

static void add_output(struct presentation *presentation, const struct out_format *format,
		       const char *path)
{
	presentation->outputs[presentation->nr_outputs++] =
		(struct output_request){ .format = format, .path = path };
}

/* What follows from the options together. */
static void complete(struct options *options)
{
	struct presentation *presentation = &options->presentation;
	int i;

	if (options->format)
		add_output(presentation, options->format, options->output);
	if (options->timeline)
		add_output(presentation, &out_timeline, options->timeline);
	for (i = 0; i < presentation->nr_outputs; i++)
		options->selection.identify_processes |=
			presentation->outputs[i].format->needs.processes;
	options->selection.command = options->run.command != NULL;
	options->selection.follow_children = !options->no_follow;
	if (options->selection.accept)
		stage_options__add_accept(options);
}

enum options_result options__parse(struct options *options, int argc, char **argv)
{
	enum options_result result;
	const char *value;

	memset(options, 0, sizeof(*options));
	options->format = formats[0];
	options->selection.buffer_mib = DEFAULT_BUFFER_MIB;
	options->selection.picked = stage_options__up_to(DETAIL_CORE);
	result = parse_options(options, argc, argv, &value);
	if (result != OPTIONS_RUN)
		return result;
	if (optind < argc)
		options->run.command = argv + optind;
	else if (argc > 1 && argv[argc - 1] != value && !strcmp(argv[argc - 1], "--"))
		return contradiction("no COMMAND behind --");
	result = check_together(options);
	if (result == OPTIONS_RUN)
		complete(options);
	return result == OPTIONS_RUN ? filter_options__check(options) : result;
}

void options__free(struct options *options)
{
	filter_options__free(options);
}
