// SPDX-License-Identifier: GPL-2.0
#include "options/run_options.h"

#include <string.h>

#include "text/log.h"
#include "text/number.h"

#define MAX_BUFFER_MIB 1024

static enum options_result bad_value(const char *option, const char *value, const char *wanted)
{
	log_error("%s: \"%s\" is not %s", option, value, wanted);
	return OPTIONS_USAGE;
}

/* "auto, fentry, kprobe or kprobe.multi" */
static void add_words(struct buffer *buffer, const char *const *words)
{
	for (; *words; words++) {
		buffer__add_string(buffer, *words);
		if (words[1])
			buffer__add_string(buffer, words[2] ? ", " : " or ");
	}
	buffer__add_char(buffer, '\0');
}

int run_options__choose(enum option_value kind, const char *option, const char *word)
{
	const char *const *words = option_value__words(kind);
	struct buffer wanted = { 0 };
	int i;

	for (i = 0; words[i]; i++) {
		if (!strcmp(words[i], word))
			return i;
	}
	add_words(&wanted, words);
	bad_value(option, word, wanted.failed ? "known" : wanted.data);
	buffer__free(&wanted);
	return -1;
}

enum options_result run_options__set_stack(struct options *options, const char *value)
{
	int choice = run_options__choose(VALUE_STACK, "--stack", value);

	if (choice < 0)
		return OPTIONS_USAGE;
	options->selection.kernel_stack |= choice != 1;
	options->selection.user_stack |= choice != 0;
	return OPTIONS_RUN;
}

enum options_result run_options__set_buffer_size(struct options *options, const char *value)
{
	__u64 mib;

	if (!number__parse(value, 1, MAX_BUFFER_MIB, &mib) || mib & (mib - 1))
		return bad_value("--buffer-size", value, "a power of two from 1 to 1024");
	options->selection.buffer_mib = (unsigned int)mib;
	return OPTIONS_RUN;
}

enum options_result run_options__set_duration(struct options *options, const char *value)
{
	__u64 ns;

	if (!number__parse_fraction(value, 9, (__u64)1 << 62, &ns) || !ns)
		return bad_value("--duration", value, "a number of seconds above 0");
	options->run.duration_ns = ns;
	return OPTIONS_RUN;
}

enum options_result run_options__set_stuck(struct options *options, const char *value)
{
	if (!number__parse_fraction(value, 9, (__u64)1 << 62, &options->run.stuck_ns))
		return bad_value("--stuck", value, "a number of seconds, or 0 for never");
	return OPTIONS_RUN;
}

enum options_result run_options__set_count(struct options *options, const char *value)
{
	if (!number__parse(value, 1, (__u64)-1, &options->presentation.count))
		return bad_value("--count", value, "a number of sockets above 0");
	return OPTIONS_RUN;
}

enum options_result run_options__add_verbose(struct options *options, const char *value)
{
	(void)value;
	options->verbose++;
	return OPTIONS_RUN;
}
