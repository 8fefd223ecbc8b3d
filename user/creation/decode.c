// SPDX-License-Identifier: GPL-2.0
#include "creation/decode.h"

#include "names/stage.h"
#include "shared/families.h"

/* Return what is wrong with a span that is known to be damaged. */
static const char *explain_span(const struct wire_span *span, unsigned int index)
{
	if (span->stage >= NR_STAGES)
		return "unknown stage";
	if (span->family >= NR_FAMILIES)
		return "family out of range";
	return index ? "a span's parent is not before it" : "the outermost span has a parent";
}

static const char *check_spans(const struct wire_record *record)
{
	const struct wire_span *spans = record->spans;
	unsigned int i;

	if (spans[0].stage >= NR_STAGES || spans[0].family >= NR_FAMILIES ||
	    spans[0].parent != WIRE_NO_PARENT)
		return explain_span(&spans[0], 0);
	for (i = 1; i < record->nr_spans; i++) {
		if (spans[i].stage >= NR_STAGES || spans[i].family >= NR_FAMILIES ||
		    spans[i].parent >= i)
			return explain_span(&spans[i], i);
	}
	return NULL;
}

/* Nothing is called in a creation that was refused before it began. */
static const char *check_refusal(const struct wire_record *record)
{
	if (record->refusal >= NR_REFUSALS)
		return "unknown refusal";
	if (record->refusal && record->nr_spans > 1)
		return "functions were called although it was refused before";
	return NULL;
}

static const char *check_modules(const struct wire_record *record)
{
	unsigned int i;

	for (i = 0; i < record->nr_modules; i++) {
		if (wire_record__modules(record)[i].span >= record->nr_spans)
			return "a module's span is out of range";
	}
	return NULL;
}

static const char *check_header(const struct wire_record *record, size_t size)
{
	if (size < WIRE_HEADER_SIZE)
		return "too short for a header";
	if (record->version != WIRE_VERSION)
		return "unknown version";
	if (record->nr_spans == 0 || record->nr_spans > WIRE_MAX_SPANS)
		return "number of spans out of range";
	if (record->nr_sockets > WIRE_MAX_SOCKETS)
		return "number of sockets out of range";
	if (record->cpu >= NR_ACCOUNTS)
		return "processor out of range";
	if (record->nr_modules > WIRE_MAX_MODULES)
		return "number of modules out of range";
	if (record->nr_kernel_frames > WIRE_MAX_FRAMES ||
	    record->nr_user_frames > WIRE_MAX_USER_FRAMES)
		return "number of frames out of range";
	if (record->nr_differences > 1)
		return "number of differences out of range";
	if (size < WIRE_HEADER_SIZE + record->nr_spans * sizeof(struct wire_span))
		return "too short for its spans";
	if (size < WIRE_HEADER_SIZE + record->nr_spans * sizeof(struct wire_span) +
			   record->nr_modules * sizeof(struct wire_module) +
			   (record->nr_kernel_frames + record->nr_user_frames) * sizeof(__u64) +
			   record->nr_differences * sizeof(struct wire_differences))
		return "too short for its details";
	return NULL;
}

const struct wire_record *decode__record(const void *data, size_t size, const char **reason)
{
	const struct wire_record *record = data;

	*reason = check_header(record, size);
	if (!*reason)
		*reason = check_spans(record);
	if (!*reason)
		*reason = check_modules(record);
	if (!*reason)
		*reason = check_refusal(record);
	return *reason ? NULL : record;
}

__u64 sequencer__number(struct sequencer *sequencer, const struct wire_record *record)
{
	__u64 *expected = &sequencer->next_of_cpu[record->cpu];

	/*
	 * A lower number than expected belongs to a record that came late. It leaves no gap: its
	 * number was skipped when a later record came before it.
	 */
	if (record->sequence >= *expected) {
		sequencer->next += record->sequence - *expected;
		*expected = record->sequence + 1;
	}
	return sequencer->next++;
}
