// Original file: proto/path/v1/path.proto


export interface GetPathRequest__Input {
}

export interface GetPathRequest {
}
