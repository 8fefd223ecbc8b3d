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

/* A process that writes a title over its arguments leaves the rest of them empty. */
static void leaves_out_padding(void **state)
{
	(void)state;
	check_cmdline("nginx: worker process\0\0\0\0\0", 26, false,
		      "same('cmdline', got['cmdline'], ['nginx: worker process'])\n");
	check_cmdline("\0\0\0\0", 4, false, "same('cmdline', got['cmdline'], [])\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_is_executed),
		cmocka_unit_test(splits_command_lines),
		cmocka_unit_test(leaves_out_padding),
	};

	return cmocka_run_group_tests_name("json_process", tests, NULL, NULL);
}
