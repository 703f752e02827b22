export { S3Server, type S3Fault, type S3ServerOptions } from './s3-server.ts';
