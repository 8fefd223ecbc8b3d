// SPDX-License-Identifier: GPL-2.0
/* Tests what is said of the modules that a failed creation has asked for. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/failures.h"

static void family_that_is_not_registered(void **state)
{
	struct made_tree made;

	(void)state;
	make_failed(&made, AF_AX25, SOCK_DGRAM, 0, EAFNOSUPPORT);
	expect(&made, "__sock_create", "not registered");
	add_module(&made, "net-pf-3", 1);
	expect(&made, "__sock_create", "not registered; no module net-pf-3 brought it");
}

static void protocol_that_is_not_known(void **state)
{
	struct made_tree made;
	int create, load;

	(void)state;
	make_failed(&made, AF_INET, SOCK_STREAM, 99, EPROTONOSUPPORT);
	create = add_family(&made, -EPROTONOSUPPORT);
	/* Failing to load a module is not the error of the call that wanted it. */
	load = add_span(&made, STAGE_REQUEST_MODULE, create, 70, 5, -EPROTONOSUPPORT);
	add_module(&made, "net-pf-2-proto-99-type-1", load);
	add_module(&made, "net-pf-2-proto-99", load);
	expect(&made, "any_create",
	       "no such protocol for this type; no module net-pf-2-proto-99-type-1, "
	       "net-pf-2-proto-99 brought it");
	made.record.ret = -ESOCKTNOSUPPORT;
	made.tree.spans[0].ret = made.tree.spans[1].ret = -ESOCKTNOSUPPORT;
	made.tree.spans[create].ret = -ESOCKTNOSUPPORT;
	expect(&made, "any_create", "no such type");
}

/* Make a family that is not registered, whose module was requested with this result. */
static void make_request_for_family(struct made_tree *made, int family, __s32 ret)
{
	make_failed(made, family, SOCK_DGRAM, 0, EAFNOSUPPORT);
	add_module(made, "net-pf-3", add_span(made, STAGE_REQUEST_MODULE, 1, 60, 5, ret));
}

static void what_came_of_requests(void **state)
{
	struct made_tree made;

	(void)state;
	make_request_for_family(&made, AF_AX25, 0);
	expect_only(&made, "__sock_create",
		    "the family is not registered; no module net-pf-3 brought it, though modprobe "
		    "ended without an error: the module is blacklisted or absent, or has no such "
		    "sockets; see modprobe -nv net-pf-3");
	make_request_for_family(&made, AF_AX25, 1 << 8);
	expect_only(&made, "__sock_create",
		    "the family is not registered; no module net-pf-3 brought it");
	/* Whether there is such a family is not known then. */
	make_request_for_family(&made, AF_AX25, -512);
	expect_only(
		&made, "__sock_create",
		"no module net-pf-3 was loaded: the task was interrupted while it waited for it");
	make_request_for_family(&made, AF_AX25, 9);
	expect_only(&made, "__sock_create",
		    "no module net-pf-3 was loaded: signal 9 ended modprobe");
}

static void ipv6_that_is_off(void **state)
{
	struct made_tree made;

	(void)state;
	make_request_for_family(&made, AF_INET6, 0);
	made.tree.ipv6_is_off = true;
	expect_only(&made, "__sock_create", "IPv6 is switched off (ipv6.disable=1)");
	made.record.family = AF_AX25;
	expect(&made, "__sock_create", "the family is not registered");
}

static void modules_that_brought_something(void **state)
{
	struct made_tree made;

	(void)state;
	make_failed(&made, AF_ALG, SOCK_STREAM, 0, ESOCKTNOSUPPORT);
	add_module(&made, "net-pf-38", 1);
	add_family(&made, -ESOCKTNOSUPPORT);
	expect(&made, "any_create", "the family has no such type");
	expect_not(&made, "net-pf-38");
	/* Some families return this error because of the protocol. */
	made.record.protocol = 5;
	expect(&made, "any_create", "no sockets of this type and protocol");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(family_that_is_not_registered),
		cmocka_unit_test(protocol_that_is_not_known),
		cmocka_unit_test(what_came_of_requests),
		cmocka_unit_test(ipv6_that_is_off),
		cmocka_unit_test(modules_that_brought_something),
	};

	return cmocka_run_group_tests_name("why_modules", tests, NULL, NULL);
}
