// SPDX-License-Identifier: GPL-2.0
#include "options/option.h"

#include <stdio.h>
#include <string.h>

#define TAKES_COMMAND true
#define NO_COMMAND    false

const struct verb_info verbs[NR_VERBS] = {
#define VERB(id, name_, function, command, brief_, about_, examples_) \
	[VERB_##id] = {                                               \
		.name = name_,                                        \
		.takes_command = command,                             \
		.brief = brief_,                                      \
		.about = about_,                                      \
		.examples = examples_,                                \
	},
#include "options/verbs.def"
};

static const char *const reserved_verbs[] = {
#define RESERVED_VERB(name) name,
#include "options/verbs.def"
};

#define NR_RESERVED_VERBS (sizeof(reserved_verbs) / sizeof(reserved_verbs[0]))

int verb__find(const char *name)
{
	int verb;

	for (verb = 0; verb < NR_VERBS; verb++) {
		if (!strcmp(verbs[verb].name, name))
			return verb;
	}
	return -1;
}

bool verb__is_reserved(const char *name)
{
	size_t i;

	for (i = 0; i < NR_RESERVED_VERBS; i++) {
		if (!strcmp(reserved_verbs[i], name))
			return true;
	}
	return false;
}

const struct option_group_info option_groups[NR_OPTION_GROUPS] = {
	[GROUP_FILTERS] = { "What is shown",
			    "All of these that take a value, but for -m, may be repeated or take a "
			    "list, as in -f inet,inet6. A socket must match every filter that is given, by any of "
			    "its values. Names may be written in any case, with or without AF_, SOCK_ "
			    "and IPPROTO_, or as numbers. Filters are evaluated in the kernel, and a "
			    "filter that is not used costs nothing." },
	[GROUP_ENDING] = { "When the trace ends",
			   "A trace ends with Ctrl-C or SIGTERM, with its terminal, with COMMAND, or as these "
			   "options say. If COMMAND is still running then, the outputs are completed, "
			   "and the tool waits for COMMAND." },
	[GROUP_OUTPUT] = { "Output", NULL },
	[GROUP_PROBES] = { "Probes", NULL },
	[GROUP_OTHER] = { "Other", NULL },
};

#define IN(verb) VERB_BIT(VERB_##verb)
#define ANY_VERB (VERB_BIT(NR_VERBS) - 1)
#define ROW(id, name_, letter_, argument_, value_, verbs_, group_, help_) \
	[OPTION_##id] = {                                                 \
		.name = name_,                                            \
		.letter = letter_,                                        \
		.argument = argument_,                                    \
		.value = VALUE_##value_,                                  \
		.verbs = verbs_,                                          \
		.group = GROUP_##group_,                                  \
		.help = help_,                                            \
	},

const struct option_info options_table[NR_OPTIONS] = {
#define FILTER(id, member, kind, name, letter, argument, value, help) \
	ROW(id, name, letter, argument, value, IN(TRACE), FILTERS, help)
#include "shared/filters.def"
#define OPTION(id, name, letter, argument, value, verbs, group, action, help) \
	ROW(id, name, letter, argument, value, verbs, group, help)
#include "options/option.def"
};

bool option__belongs_to(enum option_id option, enum verb verb)
{
	return options_table[option].verbs & VERB_BIT(verb);
}

const char *option__name(enum option_id option, char *name)
{
	snprintf(name, OPTION_NAME_SIZE, "--%s", options_table[option].name);
	return name;
}
