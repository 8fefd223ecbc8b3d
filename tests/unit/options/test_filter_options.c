// SPDX-License-Identifier: GPL-2.0
/* Tests the options that filter. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures/command_line.h"

static void expect_values(const struct filter_values *values, __u32 nr, ...)
{
	va_list expected;
	__u32 i;

	assert_int_equal(values->nr, nr);
	va_start(expected, nr);
	for (i = 0; i < nr; i++)
		assert_int_equal(values->values[i], va_arg(expected, __u32));
	va_end(expected);
}

/* By name, or with a slash by path. */
static void takes_exes(void **state)
{
	char name[NAME_MAX + 2] = "", script[] = "/tmp/script-XXXXXX";
	struct parsed parsed;
	const struct selection *selection = &parsed.options.selection;
	const struct filter_exes *exes = &selection->filter.exes;
	int fd = mkstemp(script);

	(void)state;
	memset(name, 'x', NAME_MAX);
	PARSE(&parsed, "-e", "curl,/bin/sh", "--exe", "a\\,b", "-e", name);
	assert_int_equal(exes->nr, 4);
	assert_int_equal(exes->nr_names, 3);
	assert_string_equal(exes->names[0], "curl");
	assert_string_equal(exes->names[1], "a,b");
	assert_string_equal(exes->names[2], name);
	assert_int_equal(selection->nr_exe_paths, 1);
	assert_string_equal(selection->exe_paths[0], "/bin/sh");
	expect_success(&parsed);
	name[NAME_MAX] = 'x';
	EXPECT_USAGE("--exe: no file's name has more than 255 bytes", "-e", name);
	EXPECT_USAGE("--exe: empty value in the list \"\"", "-e", "");
	EXPECT_USAGE("--exe takes at most 16 values", "-e", "1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,h");
	EXPECT_ERROR("--exe: no file \"./no\\x0asuch\": No such file or directory", "-e",
		     "./no\nsuch");
	EXPECT_ERROR("--exe: \"/tmp\" is not a file that can be executed", "-e", "/tmp");
	assert_int_equal(write(fd, "#!/bin/sh\n", 10), 10);
	close(fd);
	snprintf(name, sizeof(name),
		 "--exe: \"%s\" is a script: what processes execute is its interpreter", script);
	EXPECT_ERROR(name, "-e", script);
	unlink(script);
}

static void takes_tasks(void **state)
{
	struct parsed parsed;
	char self[16], both[40];

	(void)state;
	snprintf(self, sizeof(self), "%d", getpid());
	snprintf(both, sizeof(both), "%d,%d", getpid(), getppid());
	PARSE(&parsed, "-p", self, "--tid", both, "--pid", self);
	expect_values(&parsed.options.selection.filter.pids, 1,
		      (__u32)getpid()); /* one match is enough */
	expect_values(&parsed.options.selection.filter.tids, 2, (__u32)getpid(), (__u32)getppid());
	expect_success(&parsed);
	EXPECT_ERROR("no process 2147483647", "-p", "2147483647");
	EXPECT_ERROR("no thread 2147483646", "-t", "2147483646");
	EXPECT_USAGE("--pid: \"2147483648\" is not a number from 1 to 2147483647", "-p",
		     "2147483648");
	EXPECT_USAGE("--pid: \"0\" is not a number from 1 to 2147483647", "-p", "0");
	EXPECT_USAGE("--pid: \"-1\" is not a number from 1 to 2147483647", "-p", "-1");
	EXPECT_USAGE("--pid: \"1x\" is not a number from 1 to 2147483647", "--pid=1x");
	EXPECT_USAGE("--tid: \"curl\" is not a number from 1 to 2147483647", "-t", "curl");
	EXPECT_USAGE("--pid: empty value in the list \"\"", "-p", "");
	EXPECT_USAGE("--pid: empty value in the list \"1,\"", "-p", "1,");
	EXPECT_USAGE("--pid: empty value in the list \"1,,1\"", "-p", "1,,1");
	/* an error in the command line is reported first */
	EXPECT_USAGE("--count: \"x\" is not a number of sockets above 0", "-p", "2147483647", "-n",
		     "x");
}

static void takes_users(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "-u", "root,1000", "--uid", "4294967294");
	expect_values(&parsed.options.selection.filter.uids, 3, 0, 1000, 4294967294u);
	expect_success(&parsed);
	EXPECT_ERROR("no user \"no-such-user\"", "-u", "no-such-user");
	EXPECT_USAGE("--uid: \"4294967295\" is not a number from 0 to 4294967294", "-u",
		     "4294967295");
	EXPECT_USAGE("--uid: \"-1\" is not a number from 0 to 4294967294", "-u", "-1");
	EXPECT_USAGE("--uid: \"12x\" is not a number from 0 to 4294967294", "-u", "12x");
}

static void takes_comms(void **state)
{
	static const char fourth[WIRE_COMM_LEN] = "a-very-long-nam";
	struct parsed parsed;
	struct filter_comms *comms = &parsed.options.selection.filter.comms;

	(void)state;
	PARSE(&parsed, "-c", "curl,a\\,b", "--comm", "c\\\\,d\\e", "-c",
	      "a-very-long-name-indeed,curl");
	assert_int_equal(comms->nr, 5);
	assert_memory_equal(comms->values[0], "curl\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_memory_equal(comms->values[1], "a,b\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_string_equal(comms->values[2], "c\\");
	assert_string_equal(comms->values[3], "d\\e");
	assert_memory_equal(comms->values[4], fourth, 16);
	expect_success(&parsed);
	EXPECT_USAGE("--comm: empty value in the list \"\"", "-c", "");
	EXPECT_USAGE("--comm takes at most 16 values", "-c", "1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,h");
	PARSE(&parsed, "-c", "1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,g");
	assert_int_equal(comms->nr, 16);
	expect_success(&parsed);
}

static void takes_names(void **state)
{
	struct parsed parsed;
	struct filter *filter = &parsed.options.selection.filter;

	(void)state;
	PARSE(&parsed, "-f", "inet,AF_INET6,pf_unix,16", "--family", "Packet", "--type",
	      "stream,SOCK_RAW,2", "--protocol", "tcp,IPPROTO_UDP,0,NETLINK_GENERIC,ETH_P_IP");
	expect_values(&filter->families, 5, AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET);
	expect_values(&filter->types, 3, SOCK_STREAM, SOCK_RAW, SOCK_DGRAM);
	expect_values(&filter->protocols, 5, IPPROTO_TCP, IPPROTO_UDP, 0, 16, htons(ETH_P_IP));
	expect_success(&parsed);
}

/* The tests of names check which names are near, and in which order. */
static void expect_near(const char *option, const char *value, const char *beginning,
			const char *near)
{
	struct parsed parsed;
	char start[100];

	PARSE(&parsed, option, value);
	assert_int_equal(parsed.result, OPTIONS_USAGE);
	snprintf(start, sizeof(start), "sockcreate-trace: %s, did you mean ", beginning);
	if (strncmp(parsed.err, start, strlen(start)))
		fail_msg("%s", parsed.err);
	assert_non_null(strstr(parsed.err, near));
	assert_string_equal(parsed.err + strlen(parsed.err) - 2, "?\n");
}

static void suggests_near_names(void **state)
{
	(void)state;
	expect_near("-f", "inett", "unknown address family \"inett\"", "AF_INET");
	expect_near("--type", "steam", "unknown socket type \"steam\"", "SOCK_STREAM");
	expect_near("--protocol", "upd", "unknown protocol \"upd\"", "IPPROTO_UDP");
	EXPECT_USAGE("unknown address family \"xyzzyxyzzy\"", "-f", "xyzzyxyzzy");
	EXPECT_USAGE("unknown socket type \"16\"", "--type", "16");
	EXPECT_USAGE("unknown socket type \"-1\"", "--type", "-1");
	EXPECT_USAGE("unknown protocol \"2147483648\"", "--protocol", "2147483648");
	EXPECT_USAGE("unknown address family \"2x\"", "-f", "2x");
	/* nothing in the command line gets to the terminal unescaped */
	EXPECT_USAGE("unknown address family \"\\x1b[2J\\x9b\"", "-f", "\033[2J\x9b");
}

static void takes_cgroups(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--cgroup", "/,/tmp", "--cgroup=.");
	assert_int_equal(parsed.options.selection.filter.nr_cgroups, 3);
	assert_string_equal(parsed.options.selection.cgroups[0], "/");
	assert_string_equal(parsed.options.selection.cgroups[1], "/tmp");
	assert_string_equal(parsed.options.selection.cgroups[2], ".");
	expect_success(&parsed);
	EXPECT_ERROR("no cgroup \"/nowhere/a\\\\b\": No such file or directory", "--cgroup",
		     "/nowhere/a\\b");
	EXPECT_ERROR("no cgroup \"/dev/null\": Not a directory", "--cgroup", "/,/dev/null");
}

static void takes_network_namespaces(void **state)
{
	struct parsed parsed;
	char name[300] = "";
	struct stat own;

	(void)state;
	PARSE(&parsed, "-q", "--netns", "4026531840,net:[4026532000]", "--netns=4294967295");
	expect_values(&parsed.options.selection.filter.netns, 3, 4026531840u, 4026532000u,
		      4294967295u);
	expect_success(&parsed);
	if (!stat("/proc/self/ns/net", &own)) {
		PARSE(&parsed, "--netns", "/proc/self/ns/net");
		expect_values(&parsed.options.selection.filter.netns, 1, (__u32)own.st_ino);
		expect_success(&parsed);
		EXPECT_ERROR("\"/proc/self/ns/uts\" is not a network namespace", "--netns",
			     "/proc/self/ns/uts");
	}
	EXPECT_ERROR("\"/dev/null\" is not a network namespace", "--netns", "/dev/null");
	EXPECT_ERROR("no network namespace \"/run/netns/none\": No such file or directory",
		     "--netns", "/run/netns/none");
	memset(name, 'x', sizeof(name) - 1);
	PARSE(&parsed, "--netns", name); /* too long for a file name */
	assert_int_equal(parsed.result, OPTIONS_ERROR);
	EXPECT_USAGE("--netns: \"12x\" is neither a file nor an inode number", "--netns", "12x");
	EXPECT_USAGE("--netns: \"-1\" is neither a file nor an inode number", "--netns", "-1");
	EXPECT_USAGE("--netns: \"4294967296\" is neither a file nor an inode number", "--netns",
		     "4294967296");
	EXPECT_USAGE("--netns: \"net:[]\" is neither a file nor an inode number", "--netns",
		     "net:[]");
	EXPECT_USAGE("--netns: \"net:[\" is neither a file nor an inode number", "--netns",
		     "net:[");
	EXPECT_USAGE("--netns: \"]\" is neither a file nor an inode number", "--netns", "]");
}

/* Each way to keep a namespace is tested by tests/kernel/test_errors.py. */
static void says_that_a_network_namespace_is_not_found(void **state)
{
	static const char warning[] =
		"sockcreate-trace: --netns: no network namespace with the inode number 4294967295 "
		"is to be found: no thread is in one, and no mount or open file refers to one\n";
	struct parsed parsed;
	char own[64] = "";

	(void)state;
	EXPECT_USAGE("--netns: no network namespace can have the inode number 1: the least is "
		     "4026531833",
		     "--netns", "1");
	EXPECT_USAGE("--netns: no network namespace can have the inode number 4026531832: the "
		     "least is 4026531833",
		     "--netns", "net:[4026531832]");
	PARSE(&parsed, "--netns", "4294967295");
	assert_string_equal(parsed.err, warning);
	assert_int_equal(parsed.result, OPTIONS_RUN);
	options__free(&parsed.options);
	if (readlink("/proc/self/ns/net", own, sizeof(own) - 1) > 0) {
		PARSE(&parsed, "--netns", own);
		expect_success(&parsed);
	}
}

static void limits_values(void **state)
{
	char list[65 * 4] = "";
	char cgroups[65 * 2 + 1] = "";
	struct parsed parsed;
	int i;

	(void)state;
	for (i = 0; i < 64; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%d", i ? "," : "", i);
	PARSE(&parsed, "-u", list, "-f", list, "--protocol", list);
	assert_int_equal(parsed.options.selection.filter.uids.nr, 64);
	assert_int_equal(parsed.options.selection.filter.protocols.values[63], 63);
	expect_success(&parsed);
	EXPECT_USAGE("--uid takes at most 64 values", "-u", list, "-u", "64");
	EXPECT_USAGE("--family takes at most 64 values", "-f", list, "-f", "64");
	for (i = 0; i < 65; i++)
		strcat(cgroups, i ? ",/" : "/");
	EXPECT_USAGE("--cgroup takes at most 64 values", "--cgroup", cgroups);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_tasks),
		cmocka_unit_test(takes_users),
		cmocka_unit_test(takes_comms),
		cmocka_unit_test(takes_exes),
		cmocka_unit_test(takes_names),
		cmocka_unit_test(suggests_near_names),
		cmocka_unit_test(takes_cgroups),
		cmocka_unit_test(takes_network_namespaces),
		cmocka_unit_test(says_that_a_network_namespace_is_not_found),
		cmocka_unit_test(limits_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
