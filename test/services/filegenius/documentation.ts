import type { Brand } from './service.js';

/** The parameters of `file_send` that both documents have. */
const SEND = [
  'file_id', 'user_ids', 'user_group_ids', 'non_users', 'download_receipt', 'require_login', 'link_expiration', 'subject', 'message',
  'api_key', 'timestamp', 'signature',
] as const; // prettier-ignore

/** What both brands have. Key, timestamp and signature belong to every call and are named only where a document of ours lists them. */
const BOTH = {
  'GET file_list': ['path', 'current_page', 'sort_by'],
  'GET file_search_location': ['path', 'search_criteria', 'current_page', 'sort'],
  'GET file_search_site': [
    'file_name', 'file_extension', 'file_comment', 'file_id_tag', 'file_type', 'date_start', 'date_end', 'size_high', 'size_high_unit',
  ],
  'GET file_download': ['file_id'],
  'POST file_upload': ['path', 'overwrite', 'comment', 'file_id_tag', 'file'],
  'POST create_folder': ['folder_name', 'folder_path'],
  'POST file_move': ['file_id', 'destination_path', 'overwrite'],
  'DELETE file_delete': ['file_id'],
  'GET user_permissions_location': ['path'],
} as const; // prettier-ignore

/** The calls of each brand by their verbs, with their parameters; those of calls that Ferrykit has no use for are left out. */
export const DOCUMENTED: Readonly<Record<Brand, Readonly<Record<string, readonly string[]>>>> = {
  filegenius: {
    ...BOTH,
    'POST file_send': [...SEND, 'bcc'],
    'PUT file_rename': ['file_id', 'new_name'],
    'GET user_location_access': ['path', 'type'],
    'POST user_auth': ['username_auth', 'password_auth'],
    'POST login': [],
  },
  tuyu: {
    ...BOTH,
    'POST file_send': [...SEND, 'file_preparation_id'],
    'POST file_rename': ['file_id', 'new_name'],
    'POST send_files_prep': ['file_id'],
    'POST create_file_link': ['file_id', 'link_expiration'],
    'GET users_location_access': ['path', 'type'],
    'GET current_storage_used': [],
    'GET user_info': [],
    'POST user_add': [],
    'POST user_group_add': [],
    'POST add_to_user_group': [],
    'POST workspace_add': [],
    'GET workspace_info': [],
  },
};
