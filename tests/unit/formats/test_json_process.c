// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "fixtures/python.h"
#include "formats/json/json_process.h"

/* Write what is executed as an object, and have Python, which gets it as got, look at it. */
static void check(const struct origin *origin, const char *script)
{
	struct buffer buffer = { 0 };
	char text[1000] = "got = lines(sys.argv[1])[0]\n";
	struct json json;

	strcat(text, script);
	json__init(&json, &buffer);
	json__object_begin(&json);
	json_process__executed(&json, origin);
	json_process__cgroup(&json, origin);
	json__object_end(&json);
	buffer__add_char(&buffer, '\n');
	assert_false(buffer.failed);
	check_with_python(text, buffer.data, buffer.size);
	buffer__free(&buffer);
}

/* Check the command line of this memory. It stands in a block of its own for the sanitizer. */
static void check_cmdline(const char *cmdline, size_t size, bool cut, const char *script)
{
	char *copy = malloc(size);
	const struct origin origin = {
		.executed = { .cmdline = copy, .cmdline_size = size, .cmdline_cut = cut },
	};

	assert_non_null(copy);
	memcpy(copy, cmdline, size);
	check(&origin, script);
	free(copy);
}

static void writes_what_is_executed(void **state)
{
	const struct origin origin = {
		.cgroup = "/system.slice",
		.executed = { .path = "/bin/a\n", .deleted = true },
	};

	(void)state;
	check(&origin, "same('all', got, {'exe': '/bin/a\\n', 'exe_deleted': True,\n"
		       "    'cmdline': None, 'cgroup': '/system.slice'})\n");
	check(NULL, "same('nothing', got, {'exe': None, 'cmdline': None, 'cgroup': None})\n");
}

static void splits_command_lines(void **state)
{
	static const char arguments[] = "sh\0-c\0\0a \"b\"\n\xff\033[2J";
	static const char empty_last[] = "printf\0";

	(void)state;
	check_cmdline(
		arguments, sizeof(arguments), false,
		"same('cmdline', got['cmdline'], ['sh', '-c', '', 'a \"b\"\\n\\ufffd\\x1b[2J'])\n"
		"assert 'cmdline_cut' not in got\n");
	check_cmdline(empty_last, sizeof(empty_last), false,
		      "same('cmdline', got['cmdline'], ['printf', ''])\n");
	/* The last argument is not ended where it is cut off. */
	check_cmdline("sh\0-c", 5, true,
		      "same('cmdline', got['cmdline'], ['sh', '-c'])\n"
		      "same('cut', got['cmdline_cut'], True)\n");
}

/* Two that take turns in one place, twice each. */
static void keeps_texts(void **state)
{
	struct origin origins[2] = {
		{ .executed = { .path = "/bin/one",
				.number = 1,
				.cmdline = "1",
				.cmdline_size = 2 } },
		{ .executed = { .path = "/bin/two", .number = 1 + NR_KEPT_EXECUTED } },
	};
	struct json_executed executed = {};
	struct buffer buffer = { 0 };
	struct json json;
	int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		json__init(&json, &buffer);
		json__object_begin(&json);
		json__key_u64(&json, "i", (__u64)i);
		json_executed__add(&executed, &json, &origins[i / 2 % 2]);
		json__key_null(&json, "end");
		json__object_end(&json);
		buffer__add_char(&buffer, '\n');
	}
	/* What has no number is never kept. */
	origins[0].executed.number = 0;
	origins[0].executed.path = "/bin/other";
	json__init(&json, &buffer);
	json__object_begin(&json);
	json__key_u64(&json, "i", 8);
	json_executed__add(&executed, &json, &origins[0]);
	json__object_end(&json);
	buffer__add_char(&buffer, '\n');
	json_executed__free(&executed);
	check_with_python(
		"got = lines(sys.argv[1])\n"
		"one, two = ('/bin/one', ['1']), ('/bin/two', None)\n"
		"same('kept', [(g['exe'], g['cmdline']) for g in got[:8]], [one, one, two, two] * 2)\n"
		"same('all', got[2], {'i': 2, 'exe': '/bin/two', 'cmdline': None, 'end': None})\n"
		"assert b'/bin/other' in read(sys.argv[1])\n",
		buffer.data, buffer.size);
	buffer__free(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_is_executed),
		cmocka_unit_test(splits_command_lines),
		cmocka_unit_test(keeps_texts),
	};

	return cmocka_run_group_tests_name("json_process", tests, NULL, NULL);
}
