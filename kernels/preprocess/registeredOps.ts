/** The operations of big_vision's open registry, by family (specs/vision-language.md 1.2). */
export const registeredOps: ReadonlySet<string> = new Set(
  [
    'decode resize resize_small resize_long inception_crop decode_jpeg_and_inception_crop random_crop central_crop flip_lr vgg_value_range clip_value_range convert_to_video',
    'value_range lookup onehot keep drop copy squeeze_last_dim concat rag_tensor pad_to_shape flatten reshape setdefault choice choice_no_replacement',
    'tokenize coco_captions clip_i1k_label_names i21k_label_names lower strfmt bert_tokenize',
    'tok tolen masked_concat strjoin majority getidx refcoco_mask2str resize_r random_jpeg sci_qa_choices_shuffle draw_bbox video_decode video_ensure_shape video_replicate_img video_choice stack_images',
    'resize_to_sequence central_crop_to_sequence patchify tuplify',
    'rgb_to_grayscale_to_rgb nyu_eval_crop nyu_depth coco_panoptic make_canonical inception_box crop_box randu det_fliplr strong_hash bin_nyu_depth render_unifont randaug',
  ].flatMap((family) => family.split(' ')),
);

/** Named in published configs, and in no open registry. */
export const unpublishedOps: ReadonlySet<string> = new Set(['zoomout', 'box_crop_bbox', 'box_crop_img', 'map']);
