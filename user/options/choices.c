// SPDX-License-Identifier: GPL-2.0
/* The values of options that are one of a few words. A choice is the word's number. */
#include "formats/presentation.h"
#include "options/option.h"
#include "plan/plan.h"
#include "shared/stages.h"

static const char *const detail_words[] = {
	[DETAIL_CORE] = "core",
	[DETAIL_FULL] = "full",
	NULL,
};

static const char *const stack_words[] = { "kernel", "user", "both", NULL };

static const char *const color_words[] = {
	[COLOR_AUTO] = "auto",
	[COLOR_ALWAYS] = "always",
	[COLOR_NEVER] = "never",
	NULL,
};

static const char *const attach_words[] = {
	[ATTACH_CHOICE_AUTO] = "auto",
	[ATTACH_CHOICE_FENTRY] = "fentry",
	[ATTACH_CHOICE_KPROBE] = "kprobe",
	[ATTACH_CHOICE_KPROBE_SESSION] = "kprobe.session",
	[ATTACH_CHOICE_KPROBE_MULTI] = "kprobe.multi",
	NULL,
};

const char *const *option_value__words(enum option_value value)
{
	switch (value) {
	case VALUE_DETAIL:
		return detail_words;
	case VALUE_STACK:
		return stack_words;
	case VALUE_COLOR:
		return color_words;
	case VALUE_ATTACH:
		return attach_words;
	default:
		return NULL;
	}
}
