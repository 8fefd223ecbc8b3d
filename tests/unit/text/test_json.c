// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <string.h>

#include "fixtures/python.h"
#include "text/json.h"

static void expect(struct buffer *buffer, const char *text)
{
	assert_false(buffer->failed);
	if (buffer->size != strlen(text) || memcmp(buffer->data, text, buffer->size))
		fail_msg("got %.*s, expected %s", (int)buffer->size, buffer->data, text);
	buffer__free(buffer);
}

static void separates_values(void **state)
{
	struct buffer buffer = { 0 };
	struct json json;

	(void)state;
	json__init(&json, &buffer);
	json__object_begin(&json);
	json__key(&json, "a");
	json__array_begin(&json);
	json__array_end(&json);
	json__key(&json, "b");
	json__array_begin(&json);
	json__object_begin(&json);
	json__object_end(&json);
	json__null(&json);
	json__bool(&json, true);
	json__bool(&json, false);
	json__array_begin(&json);
	json__u64(&json, 1);
	json__array_end(&json);
	json__s64(&json, -2);
	json__string(&json, "");
	json__array_end(&json);
	json__key_string(&json, "c", "d");
	json__key_u64(&json, "e", 3);
	json__key_s64(&json, "f", -4);
	json__key_null(&json, "g");
	json__object_end(&json);
	expect(&buffer, "{\"a\":[],\"b\":[{},null,true,false,[1],-2,\"\"],"
			"\"c\":\"d\",\"e\":3,\"f\":-4,\"g\":null}");
}

static void writes_numbers(void **state)
{
	struct buffer buffer = { 0 };
	struct json json;

	(void)state;
	json__init(&json, &buffer);
	json__array_begin(&json);
	json__u64(&json, UINT64_MAX);
	json__s64(&json, INT64_MIN);
	json__u64_string(&json, UINT64_MAX);
	json__array_end(&json);
	expect(&buffer, "[18446744073709551615,-9223372036854775808,\"18446744073709551615\"]");
}

static void expect_microseconds(__u64 ns, const char *expected)
{
	char text[SIZEOF_microseconds + 1];

	*put_microseconds(text, ns) = '\0';
	assert_string_equal(text, expected);
}

static void writes_microseconds(void **state)
{
	(void)state;
	expect_microseconds(0, "0.000");
	expect_microseconds(7, "0.007");
	expect_microseconds(999, "0.999");
	expect_microseconds(1050, "1.050");
	expect_microseconds(UINT64_MAX, "18446744073709551.615");
}

#define SIZEOF_text_of_3 JSON_TEXT_SIZE(3)

static char *put_text_of_3(char *at, const char *text)
{
	return json__put_text(at, text, 3);
}

#define MORE_MEMBERS(F, IF)                 \
	F(u64, more, number)                \
	IF(number > 3, boolean, many, true) \
	IF(number < 3, boolean, few, true)  \
	F(text_of_3, errno, "x\"y")
DEFINE_MEMBERS(more_members, MORE_MEMBERS, __u64 number);
DEFINE_OBJECT(more_object, MORE_MEMBERS, __u64 number);

/* Some members are written one by one, others as a list. The commas must be right. */
static void adds_lists_of_members(void **state)
{
	struct buffer buffer = { 0 };
	struct json json;

	(void)state;
	json__init(&json, &buffer);
	json__object_begin(&json);
	json__key_u64(&json, "a", 1);
	ADD_MEMBERS(&json, more_members, 4);
	json__key_u64(&json, "b", 2);
	json__key(&json, "c");
	ADD_MEMBERS(&json, more_object, 2);
	json__object_end(&json);
	expect(&buffer, "{\"a\":1,\"more\":4,\"many\":true,\"errno\":\"x\\\"y\",\"b\":2,"
			"\"c\":{\"more\":2,\"few\":true,\"errno\":\"x\\\"y\"}}");
}

static void writes_twins(void **state)
{
	struct buffer buffer = { 0 };
	struct json json;

	(void)state;
	json__init(&json, &buffer);
	json__object_begin(&json);
	json__key_u64_twin(&json, "ts", UINT64_MAX);
	json__key_u64_twin(&json, "n", 0);
	json__object_end(&json);
	expect(&buffer, "{\"ts\":18446744073709551615,\"ts_str\":\"18446744073709551615\","
			"\"n\":0,\"n_str\":\"0\"}");
}

static void expect_text(const char *data, size_t size, const char *expected)
{
	struct buffer buffer = { 0 };
	struct json json;

	json__init(&json, &buffer);
	json__text(&json, data, size);
	expect(&buffer, expected);
}

#define EXPECT_TEXT(literal, expected) expect_text(literal, sizeof(literal) - 1, expected)

static void escapes_strings(void **state)
{
	(void)state;
	EXPECT_TEXT("plain /text", "\"plain /text\"");
	EXPECT_TEXT("a\"b\\c", "\"a\\\"b\\\\c\"");
	EXPECT_TEXT("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"");
	EXPECT_TEXT("a\0b\x01\x1b[31m\x1f", "\"a\\u0000b\\u0001\\u001b[31m\\u001f\"");
	EXPECT_TEXT("\x7f", "\"\\u007f\"");
	/* These are invisible: right-to-left override, zero width space, a tag character. */
	EXPECT_TEXT("a\xe2\x80\xae\xe2\x80\x8b"
		    "b",
		    "\"a\\u202e\\u200bb\"");
	EXPECT_TEXT("\xf3\xa0\x80\x81", "\"\\udb40\\udc01\"");
	EXPECT_TEXT("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\"\\u0080\\u009b\\u009f\xc2\xa0\"");
	EXPECT_TEXT("é€😀", "\"é€😀\"");
}

static void replaces_invalid_utf8(void **state)
{
	(void)state;
	EXPECT_TEXT("a\xff"
		    "b",
		    "\"a\xef\xbf\xbd"
		    "b\"");
	EXPECT_TEXT("\xe2\x82", "\"\xef\xbf\xbd\"");
	EXPECT_TEXT("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	EXPECT_TEXT("\xc3\"", "\"\xef\xbf\xbd\\\"\"");
	EXPECT_TEXT("\xe2\x82\n", "\"\xef\xbf\xbd\\n\"");
}

/* A byte to be escaped is found at any place. */
static void escapes_at_every_place(void **state)
{
	static const struct {
		char byte;
		const char *written;
	} rows[] = {
		{ '"', "\\\"" },
		{ '\\', "\\\\" },
		{ '\x1f', "\\u001f" },
		{ '\x7f', "\\u007f" },
		{ '\x80', "\xef\xbf\xbd" },
		{ ' ', " " },
		{ '~', "~" },
		{ '!', "!" },
		{ ']', "]" },
	};
	char data[40], expected[128];
	size_t row, size, place;

	(void)state;
	for (row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		for (size = 1; size <= sizeof(data); size++) {
			for (place = 0; place < size; place++) {
				memset(data, 'x', size);
				data[place] = rows[row].byte;
				snprintf(expected, sizeof(expected), "\"%.*s%s%.*s\"", (int)place,
					 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
					 rows[row].written, (int)(size - place - 1),
					 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
				expect_text(data, size, expected);
			}
		}
	}
}

/*
 * Python decodes the same bytes: argv[1] has inputs of 16 bytes each, argv[2] the outputs. They
 * must be ASCII or printable UTF-8 only.
 */
static const char compare_script[] =
	"data = read(sys.argv[1])\n"
	"text = read(sys.argv[2]).decode('utf-8')\n"
	"import unicodedata\n"
	"assert not [c for c in text if unicodedata.category(c) == 'Cc']\n"
	"strings = parse(text)\n"
	"same('number', len(strings), len(data) // 16)\n"
	"for i, s in enumerate(strings):\n"
	"    same(i, s, data[16 * i:16 * i + 16].decode('utf-8', 'replace'))\n";

static void agrees_with_python_on_any_bytes(void **state)
{
	/* These bytes begin, continue and break UTF-8 characters. */
	static const unsigned char likely[] = { 0xc2, 0x80, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90,
						0xf4, 0x8f, 0xbf, 0xe2, 0x82, 0xac, '"',  '\\' };
	static unsigned char data[4096 * 16];
	struct buffer buffer = { 0 };
	uint32_t value = 2463534242u;
	char *data_file, *text_file;
	struct json json;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(data); i++) {
		value ^= value << 13;
		value ^= value >> 17;
		value ^= value << 5;
		data[i] = value & 0x300 ? likely[value % sizeof(likely)] : value >> 16 & 0xff;
	}
	json__init(&json, &buffer);
	json__array_begin(&json);
	for (i = 0; i < sizeof(data); i += 16)
		json__text(&json, (const char *)data + i, 16);
	json__array_end(&json);
	data_file = make_file(data, sizeof(data));
	text_file = make_file(buffer.data, buffer.size);
	run_python(compare_script, data_file, text_file);
	remove_file(data_file);
	remove_file(text_file);
	buffer__free(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(separates_values),
		cmocka_unit_test(writes_numbers),
		cmocka_unit_test(writes_twins),
		cmocka_unit_test(writes_microseconds),
		cmocka_unit_test(adds_lists_of_members),
		cmocka_unit_test(escapes_strings),
		cmocka_unit_test(replaces_invalid_utf8),
		cmocka_unit_test(escapes_at_every_place),
		cmocka_unit_test(agrees_with_python_on_any_bytes),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
