// SPDX-License-Identifier: GPL-2.0
#include "options/parse.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "formats/formats.h"
#include "options/actions.h"
#include "options/filter_options.h"
#include "options/help.h"
#include "options/misuse.h"
#include "options/output_options.h"
#include "options/stage_options.h"
#include "text/log.h"

#ifndef SOCKCREATE_TRACE_VERSION
#define SOCKCREATE_TRACE_VERSION "unknown"
#endif

#define DEFAULT_BUFFER_MIB 8
#define DEFAULT_STUCK_NS   5000000000ULL
#define FIRST_LONG	   256 /* what getopt returns for option 0 by name; letters are below */

/* A command line while it is parsed. */
struct parser {
	struct options *options;
	int argc;
	char **argv;
	bool verb_named;
	char letters[2 + 2 * NR_OPTIONS + 1];
	struct option names[NR_OPTIONS + 1];
};

/* What getopt_long() takes, made of the table. */
static void make_getopt_tables(struct parser *parser)
{
	char *letter = parser->letters;
	int option;

	*letter++ = '+'; /* stop at the first word that is no option */
	*letter++ = ':'; /* tell a missing value from an unknown option */
	for (option = 0; option < NR_OPTIONS; option++) {
		const struct option_info *info = &options_table[option];

		parser->names[option].name = info->name;
		parser->names[option].has_arg = info->argument ? required_argument : no_argument;
		parser->names[option].val = FIRST_LONG + option;
		if (!info->letter)
			continue;
		*letter++ = info->letter;
		if (info->argument)
			*letter++ = ':';
	}
}

static enum option_id find_option(int code)
{
	int option = 0;

	if (code >= FIRST_LONG)
		return (code - FIRST_LONG);
	while (options_table[option].letter != code)
		option++;
	return option;
}

static enum options_result finish_printing(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return OPTIONS_DONE;
	log_error("cannot write to standard output: %s", strerror(errno));
	return OPTIONS_ERROR;
}

static enum options_result print_version(void)
{
	puts("sockcreate-trace " SOCKCREATE_TRACE_VERSION);
	return finish_printing();
}

/* Of the verb that was named, or is next. */
static enum options_result print_help(struct parser *parser)
{
	int next = optind < parser->argc ? verb__find(parser->argv[optind]) : -1;

	if (!parser->verb_named && next >= 0) {
		parser->options->verb = (enum verb)next;
		parser->verb_named = true;
	}
	help__print(stdout, parser->options->verb, !parser->verb_named);
	return finish_printing();
}

static enum options_result usage_error(const char *sentence)
{
	log_error("%s", sentence);
	return OPTIONS_USAGE;
}

/* Explains what getopt_long() answered with ':' or '?'; word is the argument that it was at. */
static enum options_result explain_misuse(int answer, const char *word)
{
	const char letter[] = { '-', (char)optopt, '\0' };

	if (answer == ':')
		log_error("%s needs a value", strncmp(word, "--", 2) ? letter : word);
	else if (optopt >= FIRST_LONG)
		log_error("%s: --%s takes no value", word, options_table[find_option(optopt)].name);
	else
		misuse__explain_unknown(word, (char)optopt);
	return OPTIONS_USAGE;
}

static enum options_result take_option(struct parser *parser, int code)
{
	enum option_id option = find_option(code);

	parser->options->used |= OPTION_BIT(option);
	if (option == OPTION_HELP)
		return print_help(parser);
	if (option == OPTION_VERSION)
		return print_version();
	return option__apply(option, parser->options, optarg);
}

/*
 * Takes the first word that is no option, unless it stands behind "--": a verb, or the COMMAND.
 * *end says whether nothing follows that is the tool's own.
 */
static enum options_result take_word(struct parser *parser, bool *end)
{
	const char *word = parser->argv[optind];
	int verb = verb__find(word);

	if (!parser->verb_named && verb__is_reserved(word)) {
		log_error("%s is to become a verb of a later version: put -- before a COMMAND of "
			  "this name",
			  word);
		return OPTIONS_USAGE;
	}
	*end = parser->verb_named || verb < 0;
	if (*end) {
		parser->options->run.command = parser->argv + optind;
		return OPTIONS_RUN;
	}
	parser->options->verb = (enum verb)verb;
	parser->verb_named = true;
	optind++;
	return OPTIONS_RUN;
}

/* What getopt_long() leaves: nothing, a word, or what follows "--". */
static enum options_result take_rest(struct parser *parser, bool dashes, bool *end)
{
	*end = true;
	if (dashes && optind == parser->argc)
		return usage_error("no COMMAND behind --");
	if (dashes)
		parser->options->run.command = parser->argv + optind;
	else if (optind < parser->argc)
		return take_word(parser, end);
	return OPTIONS_RUN;
}

#define LEAST_BEGINNING 3 /* letters of a name that are not taken for letters of options */

/*
 * Whether a word is an option's name behind one dash, or its beginning, perhaps with a value.
 * getopt takes that for letters, of which one takes the rest as its value: -verbose would be -v and
 * -e rbose.
 */
static bool lacks_dash(const char *word)
{
	size_t size = strcspn(word + 1, "=");
	int option = 0;

	if (word[0] != '-' || size < LEAST_BEGINNING)
		return false;
	while (option < NR_OPTIONS && strncmp(options_table[option].name, word + 1, size) != 0)
		option++;
	return option < NR_OPTIONS;
}

static enum options_result parse_words(struct parser *parser)
{
	enum options_result result = OPTIONS_RUN;
	bool end = false;

	optind = 0; /* begin anew, in glibc's way */
	opterr = 0;
	while (result == OPTIONS_RUN && !end) {
		int at = optind ? optind : 1;
		int code;

		if (at < parser->argc && lacks_dash(parser->argv[at])) {
			log_error("unknown option %s: did you mean -%s?", parser->argv[at],
				  parser->argv[at]);
			return OPTIONS_USAGE;
		}
		code = getopt_long(parser->argc, parser->argv, parser->letters, parser->names,
				   NULL);
		if (code == ':' || code == '?')
			return explain_misuse(code, parser->argv[at]);
		if (code == -1)
			result = take_rest(parser, optind > at, &end);
		else
			result = take_option(parser, code);
	}
	return result;
}

/* --list-stages is the verb by another name. */
static enum options_result check_verb(struct parser *parser)
{
	struct options *options = parser->options;
	char name[OPTION_NAME_SIZE];
	int option;

	if (options->list_stages)
		options->verb = VERB_LIST_STAGES;
	parser->options->used &= ~OPTION_BIT(OPTION_LIST_STAGES);
	for (option = 0; option < NR_OPTIONS; option++) {
		if (!(parser->options->used & OPTION_BIT(option)) ||
		    option__belongs_to(option, options->verb))
			continue;
		log_error("%s is no option of the verb %s", option__name(option, name),
			  verbs[options->verb].name);
		return OPTIONS_USAGE;
	}
	if (!options->run.command || verbs[options->verb].takes_command)
		return OPTIONS_RUN;
	log_error("the verb %s takes no COMMAND", verbs[options->verb].name);
	return OPTIONS_USAGE;
}

/* What each option for itself does not show. */
static enum options_result check_together(const struct options *options)
{
	const struct filter *filter = &options->selection.filter;

	if (options->run.command && (filter->pids.nr || filter->tids.nr))
		return usage_error("--pid and --tid don't go together with a COMMAND");
	if (options->no_follow && !options->run.command)
		return usage_error("--no-follow needs a COMMAND");
	if (options->selection.seccomp && options->selection.no_seccomp)
		return usage_error("--seccomp and --no-seccomp don't go together");
	if (options->detail && options->stages)
		return usage_error("--detail and --stages don't go together");
	if (!options->selection.accept && options->selection.picked & stage_options__of_accept())
		return usage_error(
			"--stages names a function of accept(): that needs --accept as well");
	return OPTIONS_RUN;
}

/* What follows from the options together. */
static enum options_result complete(struct options *options)
{
	struct selection *selection = &options->selection;
	struct presentation *presentation = &options->presentation;
	enum options_result result = output_options__complete(options);
	int i;

	if (result != OPTIONS_RUN)
		return result;
	presentation->verbosity = options->quiet ? -1 : options->verbose > 0;
	for (i = 0; i < presentation->nr_outputs; i++) {
		const struct format_needs *needs = &presentation->outputs[i].format->needs;

		selection->identify_processes |= needs->processes;
		selection->process_names |= needs->process_names;
	}
	selection->command = options->run.command != NULL;
	selection->follow_children = !options->no_follow;
	if (selection->accept)
		stage_options__add_accept(options);
	return OPTIONS_RUN;
}

static void set_defaults(struct options *options)
{
	memset(options, 0, sizeof(*options));
	options->format = formats[0];
	options->selection.buffer_mib = DEFAULT_BUFFER_MIB;
	options->run.stuck_ns = DEFAULT_STUCK_NS;
	options->selection.picked = stage_options__up_to(DETAIL_CORE);
}

enum options_result options__parse(struct options *options, int argc, char **argv)
{
	struct parser parser = { .options = options, .argc = argc, .argv = argv };
	enum options_result result;

	set_defaults(options);
	make_getopt_tables(&parser);
	result = parse_words(&parser);
	if (result == OPTIONS_RUN)
		result = check_verb(&parser);
	if (result == OPTIONS_RUN)
		result = check_together(options);
	/* From here on there can be warnings, which -q silences. */
	log_set_level(options->quiet, options->verbose);
	if (result == OPTIONS_RUN)
		result = complete(options);
	return result == OPTIONS_RUN ? filter_options__check(options) : result;
}

void options__free(struct options *options)
{
	filter_options__free(options);
}
