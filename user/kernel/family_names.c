// SPDX-License-Identifier: GPL-2.0
#include "kernel/family_names.h"

#include <stddef.h>
#include <sys/socket.h>

#ifndef AF_MCTP
#define AF_MCTP 45
#endif

static const char *const names[] = {
	[AF_UNIX] = "unix_create",	   [AF_INET] = "inet_create",
	[AF_AX25] = "ax25_create",	   [AF_APPLETALK] = "atalk_create",
	[AF_NETROM] = "nr_create",	   [AF_ATMPVC] = "pvc_create",
	[AF_X25] = "x25_create",	   [AF_INET6] = "inet6_create",
	[AF_ROSE] = "rose_create",	   [AF_KEY] = "pfkey_create",
	[AF_NETLINK] = "netlink_create",   [AF_PACKET] = "packet_create",
	[AF_ATMSVC] = "svc_create",	   [AF_RDS] = "rds_create",
	[AF_PPPOX] = "pppox_create",	   [AF_LLC] = "llc_ui_create",
	[AF_CAN] = "can_create",	   [AF_TIPC] = "tipc_sk_create",
	[AF_BLUETOOTH] = "bt_sock_create", [AF_IUCV] = "iucv_sock_create",
	[AF_RXRPC] = "rxrpc_create",	   [AF_ISDN] = "mISDN_sock_create",
	[AF_PHONET] = "pn_socket_create",  [AF_IEEE802154] = "ieee802154_create",
	[AF_CAIF] = "caif_create",	   [AF_ALG] = "alg_create",
	[AF_NFC] = "nfc_sock_create",	   [AF_VSOCK] = "vsock_create",
	[AF_KCM] = "kcm_create",	   [AF_QIPCRTR] = "qrtr_create",
	[AF_SMC] = "smc_create",	   [AF_XDP] = "xsk_create",
	[AF_MCTP] = "mctp_pf_create",
};

const char *family_names__create(int family)
{
	if (family < 0 || family >= (int)(sizeof(names) / sizeof(names[0])))
		return NULL;
	return names[family];
}
