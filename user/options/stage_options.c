// SPDX-License-Identifier: GPL-2.0
#include "options/stage_options.h"

#include <string.h>

#include "options/run_options.h"
#include "text/log.h"

__u64 stage_options__up_to(enum stage_detail detail)
{
	__u64 picked = 0;
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stages[stage].detail <= detail)
			picked |= STAGE_BIT(stage);
	}
	return picked;
}

__u64 stage_options__of_accept(void)
{
	__u64 picked = 0;
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stages[stage].detail == DETAIL_ACCEPT)
			picked |= STAGE_BIT(stage);
	}
	return picked;
}

static __u64 ways_in(void)
{
	__u64 picked = 0;
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (stages[stage].via != VIA_NONE)
			picked |= STAGE_BIT(stage);
	}
	return picked;
}

void stage_options__add_accept(struct options *options)
{
	__u64 of_accept = stage_options__of_accept();

	if (options->selection.picked & of_accept)
		options->selection.picked |= of_accept & ways_in();
	else
		options->selection.picked |= of_accept;
	/* Nothing else tells whether a request of io_uring has got its direct descriptor. */
	options->selection.picked |= STAGE_BIT(STAGE_IO_FIXED_FD_INSTALL);
}

/* Whether name, of length bytes, is that of a known one, or NULL. */
static bool is_called(const char *name, size_t length, const char *known)
{
	return known && strlen(known) == length && !memcmp(name, known, length);
}

/* The stages of a level of detail by its name, 0 if there is none. */
static __u64 find_level(const char *name, size_t length)
{
	const char *const *words = option_value__words(VALUE_DETAIL);
	int level;

	for (level = 0; words[level]; level++) {
		if (is_called(name, length, words[level]))
			return stage_options__up_to((enum stage_detail)level);
	}
	return 0;
}

static __u64 find_stage(const char *name, size_t length)
{
	int stage;

	for (stage = 0; stage < NR_STAGES; stage++) {
		if (is_called(name, length, stages[stage].name) ||
		    is_called(name, length, stages[stage].other_name))
			return STAGE_BIT(stage);
	}
	return 0;
}

enum options_result stage_options__set_detail(struct options *options, const char *level)
{
	int choice = run_options__choose(VALUE_DETAIL, "--detail", level);

	if (choice < 0)
		return OPTIONS_USAGE;
	options->selection.picked = stage_options__up_to((enum stage_detail)choice);
	options->detail = true;
	return OPTIONS_RUN;
}

static void explain_unknown(const char *name, size_t length)
{
	static const char ending[] = "_create";
	size_t size = sizeof(ending) - 1;

	if (length > size && !memcmp(name + length - size, ending, size))
		log_error(
			"--stages: there is no stage \"%.*s\"; the create functions of all families "
			"are picked as one: family_create",
			(int)length, name);
	else
		log_error("--stages: there is no stage \"%.*s\"; list-stages shows all",
			  (int)length, name);
}

enum options_result stage_options__add(struct options *options, const char *list)
{
	const char *name, *end;

	if (!options->stages)
		options->selection.picked = ways_in() & ~stage_options__of_accept();
	options->stages = true;
	for (name = list;; name = end + 1) {
		size_t length = strcspn(name, ",");
		__u64 named = find_stage(name, length);
		__u64 picked = find_level(name, length) | named;

		if (!picked) {
			explain_unknown(name, length);
			return OPTIONS_USAGE;
		}
		options->selection.picked |= picked;
		options->selection.named |= named;
		end = name + length;
		if (!*end)
			return OPTIONS_RUN;
	}
}
