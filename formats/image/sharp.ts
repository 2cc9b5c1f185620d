import sharp from 'sharp';

/*
 * sharp's limits belong to the process, so they are set here, once, where everything in Millrace that uses sharp imports it from:
 * no cache (a stream never decodes one picture twice), one thread a picture (pictures are many, so they are what runs side by side; threads
 * within one take turns from inference: bench/labelling.ts), and of all libvips loaders only the five that `decodeImage` asks for. A file that
 * slips through the sniffing as something else then meets a decoder that is not there: SVG and PDF can name other files and
 * addresses, and the rest is rarely fuzzed.
 */
sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif', 'VipsForeignLoadHeif'] });

/** sharp without cache, one thread a picture, and with the JPEG, PNG, WebP, GIF and AVIF loaders only. */
export { sharp };
