// Original file: proto/documents/v1/documents.proto


export interface DeleteDocumentResponse__Input {
}

export interface DeleteDocumentResponse {
}
