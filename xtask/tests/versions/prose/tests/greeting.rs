const NEW: ApiVersion = ApiVersion::V2_0;
const OLD: ApiVersion = ApiVersion::new(1, 0);
// v2.0 greets.
