import type { AccountPort } from '../ports.ts'
import type { Client } from './client.ts'
import { listCredentials, uploadPublicKey } from './credentials.ts'
import { settingsPort } from './settings.ts'

/** The account that the client's credential belongs to. */
export function accountPort(client: Client): AccountPort {
  return {
    settings: (resource) => settingsPort(client, resource),
    publicKeys: () => listCredentials(client, 'public-keys'),
    awsCredentials: () => listCredentials(client, 'aws'),
    upload: (upload) => uploadPublicKey(client, upload),
  }
}
