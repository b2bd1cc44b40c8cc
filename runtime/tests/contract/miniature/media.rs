//! Media: a body of parts, a body of bytes, a delete with a body, a read that leads to bytes.

use std::time::Duration;

use graph_runtime::{Auth, BodyKind, DownloadInfo, Extra, File, Method, Operation, OperationInfo, Outgoing, RequestOptions, Value};

use super::types::{PhoneNumberId, Success};

/// A record without declared fields.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Members {
    extra: Extra,
}

graph_runtime::record!(Members {});

impl Members {
    pub(crate) fn of(members: &Value) -> Self {
        let mut extra = Extra::default();
        for (name, value) in members.as_object().into_iter().flatten() {
            extra.insert(name, value.clone());
        }
        Self { extra }
    }
}

macro_rules! operation {
    ($name:ident, $response:ty, $info:expr, |$request:ident, $to:ident| $encode:block) => {
        impl Operation for $name {
            const INFO: &'static OperationInfo = &$info;
            type Response = $response;

            fn options(&self) -> &RequestOptions {
                &self.options
            }

            fn options_mut(&mut self) -> &mut RequestOptions {
                &mut self.options
            }

            fn encode(&self, $to: &mut Outgoing) {
                let $request = self;
                $encode;
            }
        }
    };
}

// POST /{phone_number_id}/media

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UploadMedia {
    pub(crate) id: PhoneNumberId,
    pub(crate) texts: Members,
    pub(crate) file: Option<File>,
    pub(crate) options: RequestOptions,
}

impl UploadMedia {
    pub(crate) fn new(id: impl Into<PhoneNumberId>, file: File) -> Self {
        let texts = Members::of(&serde_json::json!({"messaging_product": "whatsapp"}));
        Self { id: id.into(), texts, file: Some(file), options: RequestOptions::default() }
    }
}

operation!(
    UploadMedia,
    Value,
    OperationInfo {
        id: "WhatsAppBusinessPhoneNumber.media.create",
        request: "UploadMedia",
        method: Method::Post,
        path: "/{phone_number_id}/media",
        body: BodyKind::Multipart,
        params: &[graph_runtime::ParamInfo {
            name: "file",
            required: Some(graph_runtime::Availability::ALWAYS),
            ..graph_runtime::ParamInfo::EMPTY
        }],
        ..OperationInfo::EMPTY
    },
    |request, to| { to.id(&request.id).segment("media").multipart(&request.texts).part("file", request.file.as_ref()) }
);

// POST /{upload_session_id}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UploadBytes {
    pub(crate) session: String,
    pub(crate) headers: Members,
    pub(crate) file: Option<File>,
    pub(crate) options: RequestOptions,
}

operation!(
    UploadBytes,
    Value,
    OperationInfo {
        id: "UploadSession.upload",
        request: "UploadBytes",
        method: Method::Post,
        path: "/{upload_session_id}",
        auth: Auth::OAuth,
        body: BodyKind::Bytes,
        ..OperationInfo::EMPTY
    },
    |request, to| { to.text_id(&request.session).headers(&request.headers).bytes("file", request.file.as_ref()) }
);

// DELETE /{phone_number_id}/block_users

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UnblockUsers {
    pub(crate) id: PhoneNumberId,
    pub(crate) body: Members,
    pub(crate) options: RequestOptions,
}

operation!(
    UnblockUsers,
    Success,
    OperationInfo {
        id: "WhatsAppBusinessPhoneNumber.block_users.delete",
        request: "UnblockUsers",
        method: Method::Delete,
        path: "/{phone_number_id}/block_users",
        body: BodyKind::Json,
        ..OperationInfo::EMPTY
    },
    |request, to| { to.id(&request.id).segment("block_users").json(&request.body) }
);

// GET /{media_id}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ReadMedia {
    pub(crate) id: PhoneNumberId,
    pub(crate) options: RequestOptions,
}

impl ReadMedia {
    pub(crate) fn new(id: impl Into<PhoneNumberId>) -> Self {
        Self { id: id.into(), options: RequestOptions::default() }
    }
}

operation!(
    ReadMedia,
    Value,
    OperationInfo {
        id: "Media.read",
        request: "ReadMedia",
        path: "/{media_id}",
        idempotent: true,
        download: Some(DownloadInfo {
            url: "url",
            hash: Some("sha256"),
            size: Some("file_size"),
            hosts: &["lookaside.example.com"],
            lasts: Duration::from_secs(5 * 60),
        }),
        ..OperationInfo::EMPTY
    },
    |request, to| { to.id(&request.id) }
);
