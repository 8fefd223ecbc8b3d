// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text/duration.h"
#include "text/local_time.h"
#include "text/text.h"

/* Compare the buffer with text, and empty it. */
static void expect(struct buffer *buffer, const char *text)
{
	assert_false(buffer->failed);
	if (buffer->size != strlen(text) || memcmp(buffer->data, text, buffer->size))
		fail_msg("got '%.*s', expected '%s'", (int)buffer->size, buffer->data, text);
	buffer__free(buffer);
}

static void expect_escaped(const char *bytes, size_t size, bool unicode, const char *text)
{
	struct buffer buffer = { 0 };

	text__add_escaped(&buffer, bytes, size, unicode);
	if (!*text)
		assert_int_equal(buffer.size, 0);
	else
		expect(&buffer, text);
}

static void keeps_what_is_printable(void **state)
{
	(void)state;
	expect_escaped("", 0, true, "");
	expect_escaped("curl (2)~", 9, false, "curl (2)~");
	expect_escaped("gr\xc3\xbc\xc3\x9f", 6, true, "grüß");
	expect_escaped("\xe6\x97\xa5\xf0\x9f\x98\x80", 7, true, "日😀");
	expect_escaped("gr\xc3\xbc", 4, false, "gr\\xc3\\xbc");
	expect_escaped("a\\x41", 5, true, "a\\\\x41");
}

static void escapes_what_a_terminal_acts_on(void **state)
{
	(void)state;
	expect_escaped("\033[2J", 4, true, "\\x1b[2J");
	expect_escaped("a\0b\n\t\r", 6, true, "a\\x00b\\x0a\\x09\\x0d");
	expect_escaped("\x7f", 1, true, "\\x7f");
	expect_escaped("\xc2\x9b", 2, true, "\\xc2\\x9b");	    /* CSI as UTF-8 */
	expect_escaped("\x9b", 1, true, "\\x9b");		    /* CSI as a byte */
	expect_escaped("\xe2\x80\xae", 3, true, "\\xe2\\x80\\xae"); /* right-to-left override */
	expect_escaped("\xe2\x80\x8b", 3, true, "\\xe2\\x80\\x8b"); /* zero width space */
	expect_escaped("\xe2\x80\xa8", 3, true, "\\xe2\\x80\\xa8"); /* line separator */
}

static void escapes_what_is_not_utf8(void **state)
{
	(void)state;
	expect_escaped("x\xffy", 3, true, "x\\xffy");
	expect_escaped("\xe6\x97", 2, true, "\\xe6\\x97");	    /* cut off */
	expect_escaped("\xc0\xaf", 2, true, "\\xc0\\xaf");	    /* overlong */
	expect_escaped("\xed\xa0\x80", 3, true, "\\xed\\xa0\\x80"); /* surrogate */
}

/*
 * No byte that a terminal could take for a command may get through, whatever comes before or after
 * it.
 */
static void escapes_random_bytes(void **state)
{
	unsigned int seed = 1;
	int i, j;

	(void)state;
	for (i = 0; i < 20000; i++) {
		struct buffer buffer = { 0 };
		char bytes[16];

		for (j = 0; j < 16; j++)
			bytes[j] = (char)(rand_r(&seed) >> 7);
		text__add_escaped(&buffer, bytes, sizeof(bytes), i & 1);
		for (j = 0; j < (int)buffer.size; j++) {
			unsigned char byte = (unsigned char)buffer.data[j];

			assert_true(byte >= 0x20 && byte != 0x7f);
			assert_true(byte < 0x80 || i & 1);
			/* These are the C1 controls: 0xc2 followed by 0x80 .. 0x9f. */
			if (byte == 0xc2)
				assert_true((unsigned char)buffer.data[j + 1] >= 0xa0);
		}
		buffer__free(&buffer);
	}
}

static void measures_width(void **state)
{
	(void)state;
	assert_int_equal(text__width("", 0), 0);
	assert_int_equal(text__width("curl", 4), 4);
	assert_int_equal(text__width("grüß", strlen("grüß")), 4);
	assert_int_equal(text__width("日本", strlen("日本")), 4);
	assert_int_equal(text__width("e\xcc\x81", 3), 1); /* a combining accent */
	assert_int_equal(text__width("├─ █▏", strlen("├─ █▏")), 5);
	assert_int_equal(text__width("😀", strlen("😀")), 2);
}

static void expect_field(const char *text, size_t width, bool unicode, const char *field)
{
	struct buffer buffer = { 0 };

	text__add_field(&buffer, text, strlen(text), width, unicode);
	expect(&buffer, field);
}

static void fills_and_cuts_fields(void **state)
{
	(void)state;
	expect_field("", 3, true, "   ");
	expect_field("ab", 4, true, "ab  ");
	expect_field("abcd", 4, true, "abcd");
	expect_field("abcde", 4, true, "abc…");
	expect_field("abcde", 4, false, "abc+");
	expect_field("abcde", 1, false, "+");
	expect_field("日本語", 6, true, "日本語");
	expect_field("日本語", 5, true, "日本…");
	expect_field("日本語", 4, true, "日… "); /* half a character does not fit */
}

static void expect_duration(__u64 ns, const char *text)
{
	char put[DURATION_SIZE + 1];
	char *end = duration__put(put, ns, true);

	*end = '\0';
	assert_string_equal(put, text);
	assert_int_equal(duration__columns(put, end), text__width(text, strlen(text)));
}

static void scales_durations(void **state)
{
	(void)state;
	expect_duration(0, "0 ns");
	expect_duration(9, "9 ns");
	expect_duration(999, "999 ns");
	expect_duration(1000, "1.0 µs");
	expect_duration(1049, "1.0 µs");
	expect_duration(1050, "1.1 µs");
	expect_duration(44160, "44.2 µs");
	expect_duration(999949, "999.9 µs");
	expect_duration(999950, "1.00 ms"); /* not 1000.0 µs */
	expect_duration(12345678, "12.35 ms");
	expect_duration(999994999, "999.99 ms");
	expect_duration(999995000, "1.00 s");
	expect_duration(61230000000, "61.23 s");
	expect_duration(UINT64_MAX, "18446744073.71 s");
}

static void expect_short_duration(__u64 ns, const char *text)
{
	char put[DURATION_SIZE + 1];
	char *end = duration__put_short(put, ns, true);

	*end = '\0';
	assert_string_equal(put, text);
	assert_int_equal(duration__columns(put, end), text__width(text, strlen(text)));
}

static void scales_short_durations(void **state)
{
	(void)state;
	expect_short_duration(0, "0ns");
	expect_short_duration(999, "999ns");
	expect_short_duration(1000, "1.00µs");
	expect_short_duration(9994, "9.99µs");
	expect_short_duration(9995, "10.0µs");
	expect_short_duration(99950, "100µs");
	expect_short_duration(999499, "999µs");
	expect_short_duration(999500, "1.00ms");
	expect_short_duration(12345678, "12.3ms");
	expect_short_duration(999500000, "1.00s");
	expect_short_duration(99999000000000, "99999s");
	expect_short_duration(UINT64_MAX, "18446744074s");
}

static void durations_in_ascii(void **state)
{
	char text[DURATION_SIZE + 1];

	(void)state;
	*duration__put(text, 1500, false) = '\0';
	assert_string_equal(text, "1.5 us");
	*duration__put_short(text, 1500, false) = '\0';
	assert_string_equal(text, "1.50us");
}

static void colors_only_on_request(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	text__begin_color(&buffer, TEXT_RED, false);
	text__end_color(&buffer, false);
	assert_int_equal(buffer.size, 0);
	text__begin_color(&buffer, TEXT_RED, true);
	buffer__add_char(&buffer, 'x');
	text__end_color(&buffer, true);
	expect(&buffer, "\033[31mx\033[0m");
}

static void expect_time(struct local_time *cache, __s64 ns, const char *text)
{
	char put[LOCAL_TIME_MICROSECONDS_SIZE + 1];

	*local_time__put_microseconds(cache, put, ns) = '\0';
	assert_string_equal(put, text);
	*local_time__put_milliseconds(cache, put, ns) = '\0';
	assert_int_equal(strlen(put), LOCAL_TIME_MILLISECONDS_SIZE);
	assert_memory_equal(put, text, LOCAL_TIME_MILLISECONDS_SIZE);
}

static void shows_local_time(void **state)
{
	struct local_time cache = { 0 };

	(void)state;
	setenv("TZ", "XXX-05:30", 1); /* a time zone east of Greenwich */
	tzset();
	expect_time(&cache, 0, "05:30:00.000000");
	expect_time(&cache, 999999999, "05:30:00.999999"); /* cut, not rounded up */
	expect_time(&cache, 1709208010123456789, "17:30:10.123456");
	expect_time(&cache, 1709208011000000001, "17:30:11.000000");
	expect_time(&cache, -1, "05:29:59.999999");
	setenv("TZ", "UTC", 1);
	tzset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_is_printable),
		cmocka_unit_test(escapes_what_a_terminal_acts_on),
		cmocka_unit_test(escapes_what_is_not_utf8),
		cmocka_unit_test(escapes_random_bytes),
		cmocka_unit_test(measures_width),
		cmocka_unit_test(fills_and_cuts_fields),
		cmocka_unit_test(scales_durations),
		cmocka_unit_test(scales_short_durations),
		cmocka_unit_test(durations_in_ascii),
		cmocka_unit_test(colors_only_on_request),
		cmocka_unit_test(shows_local_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
