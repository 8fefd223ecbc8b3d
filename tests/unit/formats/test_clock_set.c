// SPDX-License-Identifier: GPL-2.0
/* Tests what the formats say when the wall clock is set during a trace. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "fixtures/trees.h"
#include "formats/formats.h"

/* The fixture's header: a boot at 2024-02-29T12:00:00Z, the trace 10 s later. */
#define BEFORE 1709208000000000000LL
#define AT     12345678901ULL

static const struct out_style plain = { .unicode = true };

static void expect(const struct out_format *format, const struct out_style *style, __s64 step_ns,
		   const char *text)
{
	const struct clock_change change = { AT, BEFORE, BEFORE + step_ns };
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct out *out;

	make_header(&header);
	header.boot_to_real_ns = change.boot_to_real_ns;
	out = format->create(&header, style);
	assert_non_null(out);
	format->clock_set(out, &change, &buffer);
	format->destroy(out);
	assert_false(buffer.failed);
	if (buffer.size != strlen(text) || memcmp(buffer.data, text, buffer.size))
		fail_msg("got\n%.*s\nexpected\n%s", (int)buffer.size, buffer.data, text);
	buffer__free(&buffer);
}

static void is_a_row_for_people(void **state)
{
	const struct out_style colored = { .color = true };

	(void)state;
	expect(&out_line, &plain, 3600500000000,
	       "# the clock was set from 12:00:12.345 to 13:00:12.845 (+3600.500 s)\n");
	expect(&out_line, &plain, -2345678901,
	       "# the clock was set from 12:00:12.345 to 12:00:10.000 (-2.345 s)\n");
	expect(&out_tree, &plain, -100000,
	       "# the clock was set from 12:00:12.345 to 12:00:12.345 (-0.000 s)\n\n");
	expect(&out_line, &colored, 1000000,
	       "\033[2m# the clock was set from 12:00:12.345 to 12:00:12.346 (+0.001 s)\033[0m\n");
}

static void is_an_event_of_jsonl(void **state)
{
	(void)state;
	expect(&out_jsonl, &plain, -3600000000001,
	       "{\"event\":\"clock\",\"time\":\"2024-02-29T11:00:12.345678900Z\","
	       "\"before\":\"2024-02-29T12:00:12.345678901Z\",\"step_ns\":-3600000000001,"
	       "\"step_ns_str\":\"-3600000000001\",\"ts_ns\":12345678901,"
	       "\"ts_ns_str\":\"12345678901\"}\n");
}

static void is_an_instant_of_a_timeline(void **state)
{
	(void)state;
	expect(&out_timeline, &plain, 1,
	       "\n{\"ph\":\"i\",\"s\":\"g\",\"name\":\"clock set\",\"pid\":0,\"tid\":0,"
	       "\"ts\":2345678.901,\"args\":{\"time\":\"2024-02-29T12:00:12.345678902Z\","
	       "\"before\":\"2024-02-29T12:00:12.345678901Z\",\"step_ns\":1,"
	       "\"step_ns_str\":\"1\"}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_a_row_for_people),
		cmocka_unit_test(is_an_event_of_jsonl),
		cmocka_unit_test(is_an_instant_of_a_timeline),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
