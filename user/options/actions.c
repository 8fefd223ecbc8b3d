// SPDX-License-Identifier: GPL-2.0
#include "options/actions.h"

#include <stddef.h>

#include "options/filter_options.h"
#include "options/output_options.h"
#include "options/run_options.h"
#include "options/stage_options.h"

enum action_kind {
	ACTION_NONE, /* the parser does it itself */
	ACTION_FILTER,
	ACTION_SET,
	ACTION_STORE,
	ACTION_CHOOSE,
	ACTION_CALL,
};

struct action {
	enum action_kind kind;
	size_t member; /* offset in struct options: of a bool, a string, or an enumeration */
	enum options_result (*call)(struct options *options, const char *value);
};

#define SETS(member_)                                                           \
	{                                                                       \
		.kind = ACTION_SET, .member = offsetof(struct options, member_) \
	}
#define STORES(member_)                                                           \
	{                                                                         \
		.kind = ACTION_STORE, .member = offsetof(struct options, member_) \
	}
#define CHOOSES(member_)                                                           \
	{                                                                          \
		.kind = ACTION_CHOOSE, .member = offsetof(struct options, member_) \
	}
#define CALLS(function)                               \
	{                                             \
		.kind = ACTION_CALL, .call = function \
	}
#define DONE_BY_PARSER              \
	{                           \
		.kind = ACTION_NONE \
	}

static const struct action actions[NR_OPTIONS] = {
#define FILTER(id, ...) [OPTION_##id] = { .kind = ACTION_FILTER },
#include "shared/filters.def"
#define OPTION(id, name, letter, argument, value, verbs, group, action, help) \
	[OPTION_##id] = action,
#include "options/option.def"
};

/* Enumerations that are chosen are of this size. */
_Static_assert(sizeof(enum attach_choice) == sizeof(int) &&
		       sizeof(enum color_choice) == sizeof(int),
	       "an enumeration is an int");

static enum options_result choose(enum option_id option, int *member, const char *word)
{
	const struct option_info *info = &options_table[option];
	char name[OPTION_NAME_SIZE];
	int choice = run_options__choose(info->value, option__name(option, name), word);

	if (choice < 0)
		return OPTIONS_USAGE;
	*member = choice;
	return OPTIONS_RUN;
}

enum options_result option__apply(enum option_id option, struct options *options, const char *value)
{
	const struct action *action = &actions[option];
	void *member = (char *)options + action->member;

	switch (action->kind) {
	case ACTION_FILTER:
		return filter_options__add(options, option, value);
	case ACTION_SET:
		*(bool *)member = true;
		return OPTIONS_RUN;
	case ACTION_STORE:
		*(const char **)member = value;
		return OPTIONS_RUN;
	case ACTION_CHOOSE:
		return choose(option, member, value);
	case ACTION_CALL:
		return action->call(options, value);
	case ACTION_NONE:
		break;
	}
	return OPTIONS_RUN;
}
