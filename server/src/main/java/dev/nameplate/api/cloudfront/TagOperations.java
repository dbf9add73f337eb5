package dev.nameplate.api.cloudfront;

import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.UntagResourceResponse;

/// See [TagFamily].
interface TagOperations extends Operations {
    @Override
    default TagResourceResponse tagResource(TagResourceRequest request) {
        return door().tags.tag(account(), request);
    }

    @Override
    default UntagResourceResponse untagResource(UntagResourceRequest request) {
        return door().tags.untag(account(), request);
    }

    @Override
    default ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        return door().tags.list(account(), request);
    }
}
