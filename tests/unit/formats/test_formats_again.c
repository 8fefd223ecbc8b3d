// SPDX-License-Identifier: GPL-2.0
/*
 * Outputs keep some text of earlier creations to use it again. That must not be visible: a creation
 * looks the same whatever came before it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fixtures/trees.h"
#include "formats/formats.h"

static struct trace_header header;

static struct out *begin(const struct out_format *format, const struct out_style *style)
{
	struct out *out = format->create(&header, style);
	struct buffer buffer = { 0 };
	struct made_tree first;

	assert_non_null(out);
	/* After a first creation, the thread has its name in a timeline. */
	make_tcp(&first, 10000000000);
	if (format->begin)
		format->begin(out, &buffer);
	format->creation(out, &first.tree, &buffer);
	buffer__free(&buffer);
	return out;
}

static struct buffer show(const struct out_format *format, struct out *out,
			  const struct made_tree *made)
{
	struct buffer buffer = { 0 };

	format->creation(out, &made->tree, &buffer);
	assert_false(buffer.failed);
	return buffer;
}

static void assert_same(const struct buffer *got, const struct buffer *expected)
{
	if (got->size != expected->size || memcmp(got->data, expected->data, got->size))
		fail_msg("got\n%.*s\nexpected\n%.*s", (int)got->size, got->data,
			 (int)expected->size, expected->data);
}

/* Expect what an output writes that has seen nothing else. */
static void expect_as_anew(const struct out_format *format, const struct out_style *style,
			   struct out *used, const struct made_tree *made)
{
	struct out *fresh = begin(format, style);
	struct buffer got = show(format, used, made);
	struct buffer expected = show(format, fresh, made);

	assert_same(&got, &expected);
	buffer__free(&got);
	buffer__free(&expected);
	format->destroy(fresh);
}

static unsigned int any(unsigned int *seed, unsigned int below)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 8) % below;
}

/* There are few shapes and kinds, so most come again, with others in between. */
static void make_any(struct made_tree *made, unsigned int *seed)
{
	static const int families[] = { AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET, 77 };
	static const enum stage stages_[] = { STAGE_SOCK_CREATE, STAGE_SK_ALLOC, STAGE_SOCK_ALLOC,
					      STAGE_SOCK_MAP_FD, STAGE_SOCK_INIT_DATA };
	unsigned int i, nr = 1 + any(seed, any(seed, 8) ? 6 : 40);

	make_tree(made, 10000000000);
	made->record.family = families[any(seed, 6)];
	made->record.type = 1 + (int)any(seed, 3);
	made->record.protocol = (int)any(seed, 4);
	made->record.ret = any(seed, 4) ? 3 : -24;
	if (any(seed, 2))
		add_socket(made, 1 + any(seed, 100000), 0, 3);
	add_span(made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 1 + any(seed, 1000000), made->record.ret);
	for (i = 1; i < nr; i++) {
		int parent = (int)any(seed, any(seed, 4) ? (i < 3 ? i : 3) : i);
		int span = add_span(made, stages_[any(seed, 5)], parent, i, any(seed, 2000), 0);

		made->tree.spans[span].attach = any(seed, 8) ? ATTACH_FENTRY : ATTACH_RECONSTRUCTED;
		if (!any(seed, 3))
			made->tree.spans[span].name = any(seed, 2) ? "inet_create" : "unix_create";
	}
}

static void looks_the_same_whatever_came_before(void **state)
{
	static const struct out_style styles[] = { { 0 },
						   { .unicode = true, .color = true },
						   { .unicode = true, .width = 60 } };
	struct made_tree made;
	unsigned int seed = 1;
	size_t style;
	int format, i;

	(void)state;
	make_header(&header);
	for (format = 0; format < nr_formats; format++) {
		/* What it writes at the end is of all creations. */
		if (formats[format]->writes_at_end)
			continue;
		for (style = 0; style < sizeof(styles) / sizeof(styles[0]); style++) {
			struct out *used = begin(formats[format], &styles[style]);

			for (i = 0; i < 2000; i++) {
				make_any(&made, &seed);
				expect_as_anew(formats[format], &styles[style], used, &made);
			}
			formats[format]->destroy(used);
		}
	}
}

/* A module has been removed, and a function of another one takes the place of its function. */
static void has_new_names_once_they_are_observed(void **state)
{
	const struct out_style style = { .unicode = true };
	struct made_tree made;
	char name[] = "old_create";
	int i;

	(void)state;
	make_header(&header);
	for (i = 0; i < nr_formats; i++) {
		struct buffer before, after = { 0 };
		struct out *used;

		if (formats[i]->writes_at_end)
			continue;
		used = begin(formats[i], &style);
		memcpy(name, "old", 3);
		make_tree(&made, 10000000000);
		add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 1000, 3);
		add_create(&made, name, 0, 10, 100);
		before = show(formats[i], used, &made);
		memcpy(name, "new", 3);
		if (formats[i]->observed)
			formats[i]->observed(used, STAGE_SYS_SOCKET, &after);
		expect_as_anew(formats[i], &style, used, &made);
		assert_true(formats[i] == &out_line ||
			    memmem(before.data, before.size, "old_create", 10));
		buffer__free(&before);
		buffer__free(&after);
		formats[i]->destroy(used);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_the_same_whatever_came_before),
		cmocka_unit_test(has_new_names_once_they_are_observed),
	};

	return cmocka_run_group_tests_name("out_again", tests, NULL, NULL);
}
