import { LIVE_NAMESPACE } from '@guanlan/contract/live'
import { io } from 'socket.io-client'
import { displayToken } from './display-token.ts'
import type { LiveSocket } from './live.ts'

/** A socket to this page's own server. The token is read at every handshake, so a reconnect uses the present one. */
export function openLiveSocket(): LiveSocket {
  return io(LIVE_NAMESPACE, {
    transports: ['websocket', 'polling'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 3_000,
    timeout: 5_000,
    withCredentials: true,
    auth: (give) => {
      const token = displayToken()
      give(token === undefined ? {} : { token })
    },
  })
}
