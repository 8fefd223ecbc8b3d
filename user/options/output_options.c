// SPDX-License-Identifier: GPL-2.0
#include "options/output_options.h"

#include <stddef.h>
#include <string.h>

#include "formats/formats.h"
#include "options/output_places.h"
#include "text/log.h"

enum options_result output_options__set_format(struct options *options, const char *value)
{
	struct buffer names = { 0 };
	int i;

	options->format_given = true;
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

/* Adds an output; format is NULL where that of --format is meant, which may be yet to come. */
static enum options_result add(struct options *options, const struct out_format *format,
			       const char *path)
{
	struct presentation *presentation = &options->presentation;

	if (presentation->nr_outputs == MAX_OUTPUTS) {
		log_error("there can be at most %d outputs", MAX_OUTPUTS);
		return OPTIONS_USAGE;
	}
	if (path && !strcmp(path, "-"))
		path = NULL;
	presentation->outputs[presentation->nr_outputs++] =
		(struct output_request){ .format = format, .path = path };
	return OPTIONS_RUN;
}

enum options_result output_options__add(struct options *options, const char *value)
{
	const char *colon = strchr(value, ':');
	const struct out_format *format = colon ? formats__find(value, colon - value) : NULL;

	if (!*value) {
		log_error("--output: the name of the file is empty");
		return OPTIONS_USAGE;
	}
	if (!format)
		return add(options, NULL, value);
	if (!colon[1]) {
		log_error("--output: there is no file behind \"%s\"", value);
		return OPTIONS_USAGE;
	}
	options->formats_given = true;
	return add(options, format, colon + 1);
}

enum options_result output_options__add_timeline(struct options *options, const char *path)
{
	return add(options, &out_timeline, path);
}

/* Whether an output was asked for without a format of its own. */
static bool has_plain(const struct presentation *presentation)
{
	int i;

	for (i = 0; i < presentation->nr_outputs; i++) {
		if (!presentation->outputs[i].format)
			return true;
	}
	return false;
}

static enum options_result give_format(struct options *options)
{
	struct presentation *presentation = &options->presentation;
	int i;

	if (!options->format) {
		log_error("--output needs a --format other than none");
		return OPTIONS_USAGE;
	}
	for (i = 0; i < presentation->nr_outputs; i++) {
		if (!presentation->outputs[i].format)
			presentation->outputs[i].format = options->format;
	}
	return OPTIONS_RUN;
}

/* Standard output becomes the first one: what it says of itself comes before all else. */
static enum options_result add_standard_output(struct options *options)
{
	struct output_request *outputs = options->presentation.outputs;
	int nr = options->presentation.nr_outputs;
	enum options_result result = add(options, options->format, NULL);
	struct output_request last;

	if (result != OPTIONS_RUN)
		return result;
	last = outputs[nr];
	memmove(&outputs[1], &outputs[0], nr * sizeof(outputs[0]));
	outputs[0] = last;
	return OPTIONS_RUN;
}

/* Options that ask for what only some formats have. */
static const struct shown_option {
	enum option_id option;
	size_t needed; /* which bool of struct format_needs says that a format has it */
	const char *what;
} shown_options[] = {
#define SHOWN(option, need, what)                                          \
	{                                                                  \
		OPTION_##option, offsetof(struct format_needs, need), what \
	}
	SHOWN(STATE, state, "no output shows what the functions set; these formats do"),
	SHOWN(KERNEL_STACK, stacks, "no output shows stacks; these formats do"),
	SHOWN(USER_STACK, stacks, "no output shows stacks; these formats do"),
	SHOWN(STACK, stacks, "no output shows stacks; these formats do"),
	SHOWN(NO_TREE, optional_tree, "no output can do without its tree; these formats can"),
#undef SHOWN
};

static bool has_need(const struct out_format *format, bool no_tree, size_t need)
{
	struct format_needs needs = formats__needs(format, no_tree);

	return *((const bool *)&needs + need);
}

static bool is_shown(const struct presentation *presentation, size_t need)
{
	int i;

	for (i = 0; i < presentation->nr_outputs; i++) {
		if (has_need(presentation->outputs[i].format, presentation->no_tree, need))
			return true;
	}
	return false;
}

static void warn(const struct shown_option *shown, bool no_tree)
{
	char option[OPTION_NAME_SIZE];
	struct buffer names = { 0 };
	int i;

	for (i = 0; i < nr_formats; i++) {
		if (!has_need(formats[i], no_tree, shown->needed))
			continue;
		buffer__add_string(&names, names.size ? ", " : "");
		buffer__add_string(&names, formats[i]->name);
	}
	buffer__add_char(&names, '\0');
	log_warning("%s: %s: %s", option__name(shown->option, option), shown->what,
		    names.failed ? "" : names.data);
	buffer__free(&names);
}

/* What is asked for and is in none of the outputs is better said than looked for there. */
static void warn_of_hidden(const struct options *options)
{
	const struct presentation *presentation = &options->presentation;
	size_t i;

	for (i = 0; i < sizeof(shown_options) / sizeof(shown_options[0]); i++) {
		const struct shown_option *shown = &shown_options[i];

		if (options->used & OPTION_BIT(shown->option) &&
		    !is_shown(presentation, shown->needed))
			warn(shown, presentation->no_tree);
	}
}

/* The formats that can be appended to, "jsonl, line", ended by a NUL. */
static void add_appendable(struct buffer *names)
{
	int i;

	for (i = 0; i < nr_formats; i++) {
		if (!formats[i]->can_be_appended)
			continue;
		buffer__add_string(names, names->size ? ", " : "");
		buffer__add_string(names, formats[i]->name);
	}
	buffer__add_char(names, '\0');
}

/* Files are appended to; what goes to standard output is not the tool's to empty. */
static enum options_result check_append(const struct presentation *presentation)
{
	struct buffer names = { 0 };
	bool any = false;
	int i;

	for (i = 0; i < presentation->nr_outputs; i++) {
		const struct output_request *output = &presentation->outputs[i];

		any |= output->path != NULL;
		if (!output->path || output->format->can_be_appended)
			continue;
		add_appendable(&names);
		log_error("--append: a file in format %s can't be appended to; these formats can: "
			  "%s",
			  output->format->name, names.failed ? "" : names.data);
		buffer__free(&names);
		return OPTIONS_USAGE;
	}
	if (any)
		return OPTIONS_RUN;
	log_error("--append needs --output FILE");
	return OPTIONS_USAGE;
}

enum options_result output_options__complete(struct options *options)
{
	enum options_result result = OPTIONS_RUN;

	if (has_plain(&options->presentation))
		result = give_format(options);
	else if (options->format && (options->format_given || !options->formats_given))
		result = add_standard_output(options);
	if (result == OPTIONS_RUN)
		result = output_places__check(options);
	if (result == OPTIONS_RUN && options->presentation.append)
		result = check_append(&options->presentation);
	if (result == OPTIONS_RUN)
		warn_of_hidden(options);
	return result;
}
