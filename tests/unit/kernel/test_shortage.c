// SPDX-License-Identifier: GPL-2.0
/* Tests what is said where limits of the process leave too little. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "fixtures/messages.h"
#include "kernel/shortage.h"

static struct messages messages;

/* Change the soft limit, and return the one before. */
static rlim_t set_limit(int resource, rlim_t soft)
{
	struct rlimit limit;
	rlim_t before;

	assert_int_equal(getrlimit(resource, &limit), 0);
	before = limit.rlim_cur;
	limit.rlim_cur = soft;
	assert_int_equal(setrlimit(resource, &limit), 0);
	return before;
}

/* With this limit, something has failed with an error. */
static bool explain(int resource, rlim_t soft, int error)
{
	rlim_t before;
	bool explained;

	messages__begin(&messages);
	before = set_limit(resource, soft);
	explained = shortage__explain("cannot do it", error);
	set_limit(resource, before);
	messages__end(&messages);
	return explained;
}

static void assert_said(const char *text)
{
	if (!strstr(messages.text, text))
		fail_msg("\"%s\" is not in \"%s\"", text, messages.text);
	assert_ptr_equal(strchr(messages.text, '\n'), messages.text + strlen(messages.text) - 1);
}

static void descriptors(void **state)
{
	(void)state;
	/* libbpf gives another error where it had none to find out what the kernel can do. */
	assert_true(explain(RLIMIT_NOFILE, 12, EINVAL));
	assert_said("cannot do it: too many open files: raise their limit, which is 12 here");
	assert_true(explain(RLIMIT_NOFILE, 512, EMFILE));
	assert_said("which is 512 here (ulimit -n 1024)");
	assert_true(explain(RLIMIT_NOFILE, 512, ENFILE));
	assert_said("(sysctl fs.file-max)");
	assert_false(explain(RLIMIT_NOFILE, 512, EINVAL));
	assert_string_equal(messages.text, "");
}

/*
 * Return what /proc tells of this process, and a little more: enough for a message, not for what
 * the tool needs. Address sanitizer has terabytes. In bytes.
 */
static rlim_t little_more_than(const char *key)
{
	FILE *file = fopen("/proc/self/status", "re");
	unsigned long long kib = 0;
	char line[256];

	assert_non_null(file);
	while (!kib && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, key, strlen(key)))
			assert_int_equal(sscanf(line + strlen(key), ": %llu", &kib), 1);
	}
	fclose(file);
	assert_int_not_equal(kib, 0);
	return (rlim_t)(kib + 8 * 1024) * 1024;
}

static void assert_names(const char *name, rlim_t limit, const char *option)
{
	char text[128];

	snprintf(text, sizeof(text), "the limit of %s, which is %llu KiB here (ulimit %s", name,
		 (unsigned long long)limit / 1024, option);
	assert_said(text);
}

static void memory(void **state)
{
	rlim_t limit = little_more_than("VmData");

	(void)state;
	assert_true(explain(RLIMIT_DATA, limit, ESRCH));
	assert_names("data", limit, "-d");
	limit = little_more_than("VmSize");
	assert_true(explain(RLIMIT_AS, limit, ESRCH));
	assert_names("address space", limit, "-v");
	assert_true(explain(RLIMIT_NOFILE, 512, ENOMEM));
	assert_said("cannot do it: the kernel gave no memory: the system's is used up, or that of "
		    "the cgroup (memory.max)");
}

static void both_limits_of_memory(void **state)
{
	rlim_t before = set_limit(RLIMIT_DATA, (rlim_t)1 << 60);
	rlim_t limit = little_more_than("VmSize");

	(void)state;
	assert_true(explain(RLIMIT_AS, limit, ESRCH));
	assert_names("address space", limit, "-v");
	set_limit(RLIMIT_DATA, before);
	before = set_limit(RLIMIT_AS, (rlim_t)1 << 60);
	limit = little_more_than("VmData");
	assert_true(explain(RLIMIT_DATA, limit, ESRCH));
	assert_names("data", limit, "-d");
	set_limit(RLIMIT_AS, before);
}

static void other_errors(void **state)
{
	(void)state;
	messages__begin(&messages);
	shortage__report("cannot do it", EBUSY);
	messages__end(&messages);
	assert_said("cannot do it: Device or resource busy");
	assert_true(explain(RLIMIT_NPROC, 1000, EAGAIN));
	assert_said("which is 1000 here (ulimit -u)");
}

static void small_stack(void **state)
{
	rlim_t before = set_limit(RLIMIT_STACK, 200 << 10);
	bool enough;

	(void)state;
	messages__begin(&messages);
	enough = shortage__check_stack();
	messages__end(&messages);
	set_limit(RLIMIT_STACK, before);
	assert_false(enough);
	assert_said("the stack's limit of 200 KiB is too small");
	assert_true(shortage__check_stack());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptors),		 cmocka_unit_test(memory),
		cmocka_unit_test(both_limits_of_memory), cmocka_unit_test(other_errors),
		cmocka_unit_test(small_stack),
	};

	return cmocka_run_group_tests_name("shortage", tests, NULL, NULL);
}
