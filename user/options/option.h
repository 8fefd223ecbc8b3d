/* SPDX-License-Identifier: GPL-2.0 */
/* The tables verbs.def, option.def and filters.def as data: what there is, and how it is called.
 */
#ifndef OPTIONS_OPTION_H
#define OPTIONS_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

enum verb {
#define VERB(id, ...) VERB_##id,
#include "options/verbs.def"
	NR_VERBS,
};

struct verb_info {
	const char *name;
	bool takes_command;
	const char *brief;    /* a clause */
	const char *about;    /* sentences, to be wrapped */
	const char *examples; /* lines */
};

extern const struct verb_info verbs[NR_VERBS];

/* The verb of this name, or -1. */
int verb__find(const char *name);

/* Whether a word is none yet, but is to become one. */
bool verb__is_reserved(const char *name);

/* Those of the filters come first. */
enum option_id {
#define FILTER(id, ...) OPTION_##id,
#include "shared/filters.def"
#define OPTION(id, ...) OPTION_##id,
#include "options/option.def"
	NR_OPTIONS,
};

/* Sets of options are 64-bit masks. */
#define OPTION_BIT(option) (1ULL << (option))
_Static_assert(NR_OPTIONS <= 64, "a set of options is a 64-bit mask");

/* What an option's value can be. */
enum option_value {
	VALUE_NONE, /* the option takes none */
	VALUE_ANY,  /* what nobody can complete, as a number */
	VALUE_PROCESS,
	VALUE_THREAD,
	VALUE_COMM,
	VALUE_EXE, /* a file, or its name */
	VALUE_USER,
	VALUE_FAMILY,
	VALUE_TYPE,
	VALUE_PROTOCOL,
	VALUE_CGROUP, /* a folder */
	VALUE_NETNS,  /* a file, or an inode number */
	VALUE_MICROSECONDS,
	VALUE_FILE,
	VALUE_FORMAT,
	VALUE_OUTPUT, /* a file, perhaps behind a format and a colon */
	VALUE_STAGES, /* a list of functions and levels of detail */
	/* One of a few words: see option_value__words(). */
	VALUE_DETAIL,
	VALUE_STACK,
	VALUE_COLOR,
	VALUE_ATTACH,
	NR_OPTION_VALUES,
};

/* The words that a value is one of, ended by NULL; NULL where it is not of that kind. */
const char *const *option_value__words(enum option_value value);

enum option_group {
	GROUP_FILTERS,
	GROUP_ENDING,
	GROUP_OUTPUT,
	GROUP_PROBES,
	GROUP_OTHER,
	NR_OPTION_GROUPS,
};

struct option_group_info {
	const char *title; /* a clause */
	const char *note;  /* sentences on all options of the group, or NULL */
};

extern const struct option_group_info option_groups[NR_OPTION_GROUPS];

struct option_info {
	const char *name;     /* without dashes */
	char letter;	      /* 0: there is only the name */
	const char *argument; /* what its value is called; NULL: it takes none */
	enum option_value value;
	unsigned int verbs; /* VERB_BIT()s */
	enum option_group group;
	const char *help; /* sentences, to be wrapped */
};

#define VERB_BIT(verb) (1U << (verb))

extern const struct option_info options_table[NR_OPTIONS];

/* Whether the verb has the option. */
bool option__belongs_to(enum option_id option, enum verb verb);

#define OPTION_NAME_SIZE 32 /* room for any option's name with its dashes */

/* "--family". Returns name (OPTION_NAME_SIZE bytes). */
const char *option__name(enum option_id option, char *name);

#endif /* OPTIONS_OPTION_H */
