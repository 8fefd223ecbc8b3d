// SPDX-License-Identifier: GPL-2.0
/* Folded stacks: sums of self times, names that break nothing, and memory that is bounded. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "fixtures/messages.h"
#include "fixtures/python.h"
#include "fixtures/trees.h"

/* Of the sanitizer's own interface, whose header not all compilers come with. */
size_t __sanitizer_get_current_allocated_bytes(void);

/* What readers do with a line: a dict of tuples of frames, each with its number. */
#define READ                                                                        \
	"import re\n"                                                               \
	"def folded(path):\n"                                                       \
	"    stacks = {}\n"                                                         \
	"    for line in read(path).decode('utf-8').splitlines():\n"                \
	"        stack, number = re.fullmatch(r'(\\S+) (\\d+)', line).groups()\n"   \
	"        assert stack not in stacks, stack\n"                               \
	"        stacks[stack] = int(number)\n"                                     \
	"    assert list(stacks) == sorted(stacks, key=str.encode), 'order'\n"      \
	"    return {tuple(stack.split(';')): stacks[stack] for stack in stacks}\n" \
	"stacks = folded(sys.argv[1])\n"

static struct out *begin(void)
{
	struct out *out = out_folded.create(NULL, NULL);

	assert_non_null(out);
	return out;
}

static void add(struct out *out, const struct made_tree *made)
{
	struct buffer buffer = { 0 };

	out_folded.creation(out, &made->tree, &buffer);
	assert_int_equal(buffer.size, 0);
	assert_false(buffer.failed);
}

static struct buffer finish(struct out *out)
{
	static const struct trace_account account;
	struct buffer buffer = { 0 };

	out_folded.end(out, &account, &buffer);
	out_folded.destroy(out);
	assert_false(buffer.failed);
	return buffer;
}

static void expect(struct out *out, const char *text)
{
	struct buffer buffer = finish(out);

	buffer__add_char(&buffer, '\0');
	assert_string_equal(buffer.data, text);
	buffer__free(&buffer);
}

static void check(struct out *out, const char *script)
{
	struct buffer buffer = finish(out);
	char *text = NULL;

	assert_true(asprintf(&text, "%s%s", READ, script) > 0);
	check_with_python(text, buffer.data, buffer.size);
	free(text);
	buffer__free(&buffer);
}

static void has_self_times_of_all_functions(void **state)
{
	struct out *out = begin();
	struct made_tree made;

	(void)state;
	make_tcp(&made, 0);
	add(out, &made);
	expect(out, "curl;__sys_socket 1000\n"
		    "curl;__sys_socket;__sock_create 5000\n"
		    "curl;__sys_socket;__sock_create;inet_create 2000\n"
		    "curl;__sys_socket;__sock_create;inet_create;sk_alloc 4000\n"
		    "curl;__sys_socket;__sock_create;inet_create;sock_init_data 999\n"
		    "curl;__sys_socket;__sock_create;inet_create;tcp_v4_init_sock 5001\n"
		    "curl;__sys_socket;__sock_create;sock_alloc 3000\n"
		    "curl;__sys_socket;sock_map_fd 3000\n"
		    "curl;__sys_socket;sock_map_fd;sock_alloc_file 6000\n");
}

static void writes_nothing_of_nothing(void **state)
{
	struct buffer buffer = finish(begin());

	(void)state;
	assert_int_equal(buffer.size, 0);
	buffer__free(&buffer);
}

static void add_call(struct out *out, const char *comm, __u64 duration)
{
	struct made_tree made;

	make_tree(&made, 0);
	memset(made.record.comm, 0, sizeof(made.record.comm));
	memcpy(made.record.comm, comm, strnlen(comm, sizeof(made.record.comm)));
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, duration, 3);
	add(out, &made);
}

static void sums_over_creations(void **state)
{
	struct out *out = begin();

	(void)state;
	add_call(out, "curl", 100);
	add_call(out, "bash", 7);
	add_call(out, "curl", 20);
	add_call(out, "bash", 0);
	add_call(out, "none", 0);
	add_call(out, "curl", 3);
	expect(out, "bash;__sys_socket 7\n"
		    "curl;__sys_socket 123\n");
}

/* A function that was called twice by one, and by another one. */
static void tells_callers_apart(void **state)
{
	struct out *out = begin();
	struct made_tree made;
	int root, create;

	(void)state;
	make_tree(&made, 0);
	root = add_span(&made, STAGE_SYS_SOCKETPAIR, TREE_NO_SPAN, 0, 1000, 0);
	create = add_span(&made, STAGE_SOCK_CREATE, root, 0, 100, 0);
	add_span(&made, STAGE_SOCK_ALLOC, create, 0, 10, 0);
	create = add_span(&made, STAGE_SOCK_CREATE, root, 200, 100, 0);
	add_span(&made, STAGE_SOCK_ALLOC, create, 200, 20, 0);
	add_span(&made, STAGE_SOCK_ALLOC, root, 400, 5, 0);
	add(out, &made);
	expect(out, "curl;__sys_socketpair 795\n"
		    "curl;__sys_socketpair;__sock_create 170\n"
		    "curl;__sys_socketpair;__sock_create;sock_alloc 30\n"
		    "curl;__sys_socketpair;sock_alloc 5\n");
}

/* It has no time of its own, but what it has called has. */
static void leaves_out_what_was_not_seen_to_return(void **state)
{
	struct out *out = begin();
	struct made_tree made;
	int root;

	(void)state;
	make_tree(&made, 0);
	root = add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 1000, 3);
	add_span(&made, STAGE_SOCK_ALLOC, add_span(&made, STAGE_SOCK_CREATE, root, 10, 100, 0), 20,
		 30, 0);
	leave_open(&made, 1);
	add(out, &made);
	expect(out, "curl;__sys_socket 1000\n"
		    "curl;__sys_socket;__sock_create;sock_alloc 30\n");
}

static void takes_any_name_of_a_thread(void **state)
{
	struct out *out = begin();

	(void)state;
	add_call(out, "a b;c 1", 1);
	add_call(out, "#x\n\\\x1b\xff", 2);
	add_call(out, "", 3);
	add_call(out, "\xc3\xbc\xe2\x80\xa8", 4);
	add_call(out, "sixteen bytes xx", 5);
	check(out, "same('stacks', stacks, {\n"
		   "    ('a\\\\x20b\\\\x3bc\\\\x201', '__sys_socket'): 1,\n"
		   "    ('\\\\x23x\\\\x0a\\\\\\\\\\\\x1b\\\\xff', '__sys_socket'): 2,\n"
		   "    ('[thread-without-a-name]', '__sys_socket'): 3,\n"
		   "    ('\\u00fc\\\\xe2\\\\x80\\\\xa8', '__sys_socket'): 4,\n"
		   "    ('sixteen\\\\x20bytes\\\\x20xx', '__sys_socket'): 5})\n");
}

static void knows_new_names_once_they_are_observed(void **state)
{
	struct buffer buffer = { 0 };
	char name[] = "old_create";
	struct out *out = begin();
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 50, 3);
	add_create(&made, name, 0, 0, 10);
	add(out, &made);
	memcpy(name, "new", 3);
	out_folded.observed(out, NR_STAGES, &buffer);
	add(out, &made);
	expect(out, "curl;__sys_socket 80\n"
		    "curl;__sys_socket;new_create 10\n"
		    "curl;__sys_socket;old_create 10\n");
}

#define THREADS 20000

/* More names than there is room for, each of two creations. */
static void names_only_so_many_threads(void **state)
{
	struct out *out = begin();
	struct messages messages;
	struct made_tree made;
	size_t allocated = 0;
	int i;

	(void)state;
	make_tree(&made, 0);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 10, 3);
	for (i = 0; i < 2 * THREADS; i++) {
		snprintf(made.record.comm, sizeof(made.record.comm), "t%d", i % THREADS);
		add(out, &made);
		/* Behind the first names it does not grow. */
		if (i == THREADS / 2)
			allocated = __sanitizer_get_current_allocated_bytes();
	}
	assert_int_equal(__sanitizer_get_current_allocated_bytes(), allocated);
	messages__begin(&messages);
	check(out, "own = {stack for stack in stacks if stack[0] != '[threads-with-other-names]'}\n"
		   "same('own', own, {('t%d' % i, '__sys_socket') for i in range(1024)})\n"
		   "same('times', {stacks[stack] for stack in own}, {20})\n"
		   "same('all', sum(stacks.values()), 400000)\n");
	messages__end(&messages);
	assert_string_equal(messages.text,
			    "sockcreate-trace: folded: sockets of threads whose names came after "
			    "the first 1024 are under [threads-with-other-names]: 37952\n");
}

/* Calls of two functions, one below the other, in all orders: twice as many as there is room for.
 */
static void keeps_only_so_many_stacks(void **state)
{
	const enum stage two[] = { STAGE_SOCK_CREATE, STAGE_SOCK_ALLOC };
	struct out *out = begin();
	struct messages messages;
	struct made_tree made;
	int order, depth;

	(void)state;
	make_tree(&made, 0);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 17, 3);
	for (depth = 0; depth < 16; depth++)
		add_span(&made, two[0], depth, 0, 16 - depth, 0);
	for (order = 0; order < 1 << 16; order++) {
		for (depth = 0; depth < 16; depth++) {
			struct span *span = &made.tree.spans[1 + depth];

			span->stage = two[order >> depth & 1];
			span->name = stages[span->stage].name;
		}
		add(out, &made);
	}
	messages__begin(&messages);
	check(out, "same('all', sum(stacks.values()), 17 * 2 ** 16)\n"
		   "assert 60000 < len(stacks) < 65536, len(stacks)\n");
	messages__end(&messages);
	assert_non_null(strstr(messages.text,
			       "folded: calls that would have made more than 65535 different "
			       "stacks, and whose time their callers have: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_self_times_of_all_functions),
		cmocka_unit_test(writes_nothing_of_nothing),
		cmocka_unit_test(sums_over_creations),
		cmocka_unit_test(tells_callers_apart),
		cmocka_unit_test(leaves_out_what_was_not_seen_to_return),
		cmocka_unit_test(takes_any_name_of_a_thread),
		cmocka_unit_test(knows_new_names_once_they_are_observed),
		cmocka_unit_test(names_only_so_many_threads),
		cmocka_unit_test(keeps_only_so_many_stacks),
	};

	return cmocka_run_group_tests_name("folded", tests, NULL, NULL);
}
